export type Point = { x: number; y: number };
export type Size = { width: number; height: number };
/** How a picture lies on its stage: enlarged by `scale`, its centre moved from the stage's by `x` and `y` pixels. */
export type View = Point & { scale: number };

/** The whole picture, as it fits. */
export const WHOLE: View = { scale: 1, x: 0, y: 0 };
export const MOST = 16;
/** What a double click enlarges by, and one press of a key. */
export const CLICK_FACTOR = 3;
export const KEY_FACTOR = 1.5;

/** Returns what a turn of the wheel enlarges by; a pinch on a touch pad comes as a wheel with Ctrl. */
export function wheelFactor(event: {
  deltaY: number;
  deltaMode: number;
  ctrlKey: boolean;
}): number {
  const pixels = event.deltaY * (event.deltaMode === 0 ? 1 : 16);
  return Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.002));
}

/** Returns the view moved so that no side of the picture comes further in than it has to. */
export function held(view: View, picture: Size, stage: Size): View {
  if (view.scale <= 1) return WHOLE;
  const reach = (side: number, room: number) => Math.max(0, (side * view.scale - room) / 2);
  const within = (at: number, most: number) => Math.min(most, Math.max(-most, at));
  return {
    scale: view.scale,
    x: within(view.x, reach(picture.width, stage.width)),
    y: within(view.y, reach(picture.height, stage.height))
  };
}

/** Returns the view enlarged by `factor`, with what is at `point`, from the stage's centre, left in its place. */
export function enlarged(view: View, factor: number, point: Point): View {
  const scale = Math.min(MOST, Math.max(1, view.scale * factor));
  const ratio = scale / view.scale;
  return {
    scale,
    x: point.x - (point.x - view.x) * ratio,
    y: point.y - (point.y - view.y) * ratio
  };
}

/** Returns the view after the fingers at `before` moved to `after`: one finger pans, two pan and enlarge. */
export function dragged(view: View, before: Point[], after: Point[]): View {
  const [from, to] = [centre(before), centre(after)];
  const moved = { ...view, x: view.x + to.x - from.x, y: view.y + to.y - from.y };
  const factor = before.length > 1 ? spread(after) / Math.max(1, spread(before)) : 1;
  return enlarged(moved, factor, to);
}

const centre = (points: Point[]): Point => ({
  x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
  y: points.reduce((sum, { y }) => sum + y, 0) / points.length
});

const spread = ([first, second]: Point[]): number =>
  first && second ? Math.hypot(first.x - second.x, first.y - second.y) : 1;
