export type Scale = (value: number) => number;

/** Returns the linear map that takes `from` to `start` and `to` to `end`; all of an empty range goes to `start`. */
export function linear(from: number, to: number, start: number, end: number): Scale {
  const slope = to === from ? 0 : (end - start) / (to - from);
  return (value) => start + (value - from) * slope;
}

/** Returns the path of a line through `points`, for the `d` of an SVG path. */
export const linePath = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], index) => `${index ? 'L' : 'M'}${x} ${y}`).join('');

/** Returns the index of the position nearest to `at`; null where there is none. */
export function nearest(positions: readonly number[], at: number): number | null {
  if (positions.length === 0) return null;
  const distances = positions.map((position) => Math.abs(position - at));
  return distances.reduce((best, each, index) => (each < distances[best]! ? index : best), 0);
}
