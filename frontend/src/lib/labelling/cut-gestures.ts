type Cutting = { cut: () => number; moveCut: (place: number) => void };
type Finger = { x: number; y: number };

const distance = ([one, other]: Finger[]): number =>
  one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0;

/** Returns the place that a pointer at (x, y) is at: before an image, or after it in its second half. */
function placeAt(x: number, y: number): number | null {
  const image = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-place]');
  if (!image) return null;
  const { left, width } = image.getBoundingClientRect();
  return Number(image.dataset.place) + (x > left + width / 2 ? 1 : 0);
}

/** Returns an attachment by which dragging the cut, and two fingers that spread or close, move it. */
export function cutGestures({ cut, moveCut }: Cutting) {
  return (grid: HTMLElement) => {
    const fingers = new Map<number, Finger>();
    let dragging: number | null = null;
    let pinch: { apart: number; cut: number } | null = null;

    function down(event: PointerEvent) {
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if ((event.target as HTMLElement).closest('[data-cut]')) {
        dragging = event.pointerId;
        event.preventDefault();
      }
      if (event.pointerType === 'touch' && fingers.size === 2)
        pinch = { apart: distance([...fingers.values()]), cut: Math.max(1, cut()) };
    }

    function move(event: PointerEvent) {
      if (!fingers.has(event.pointerId)) return;
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (pinch && pinch.apart > 0)
        return moveCut((pinch.cut * distance([...fingers.values()])) / pinch.apart);
      const place = dragging === event.pointerId ? placeAt(event.clientX, event.clientY) : null;
      if (place !== null) moveCut(place);
    }

    function up(event: PointerEvent) {
      fingers.delete(event.pointerId);
      if (dragging === event.pointerId) dragging = null;
      if (fingers.size < 2) pinch = null;
    }

    grid.addEventListener('pointerdown', down);
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', up);
    return () => {
      grid.removeEventListener('pointerdown', down);
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      window.removeEventListener('pointercancel', up);
    };
  };
}
