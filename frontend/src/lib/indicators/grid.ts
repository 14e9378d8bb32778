/** Returns where an arrow key leads in a grid of `count` cells in rows of `columns`; null where it leads nowhere. */
export function neighbour(
  index: number,
  key: string,
  columns: number,
  count: number
): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns
  };
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = steps[key];
  if (step === undefined) return null;
  const next = index + step;
  return next >= 0 && next < count ? next : null;
}
