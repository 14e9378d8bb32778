/** Returns the gridlines of an axis of shares: up to 1, from just below every value, at tenths or fifths. */
export function shareTicks(values: number[]): number[] {
  const lowest = Math.max(0, Math.min(0.95, ...values) - 0.02);
  const step = lowest < 0.5 ? 0.2 : 0.1;
  const below = Math.ceil((1 - lowest) / step - 1e-9);
  return Array.from({ length: below + 1 }, (_, index) => Math.max(0, 1 - step * (below - index)));
}

/** Returns the smallest of 1, 2, 5 times a power of ten that is at least `rough`. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough * (1 - 1e-9))!;
}

/** Returns whole tick values from 0 to `last`, about `wanted` of them, at steps of 1, 2 or 5 times a power of ten. */
export function wholeTicks(last: number, wanted = 6): number[] {
  const step = roundStep(Math.max(1, last / wanted));
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step);
}

/**
 * Returns round gridlines, about `wanted` steps apart, of which the first and last enclose every value.
 *
 * Values that hardly differ get a range of a tenth of their size, so that noise looks like noise.
 */
export function enclosingTicks(values: number[], wanted = 3): number[] {
  const low = values.reduce((one, other) => Math.min(one, other), Infinity);
  const high = values.reduce((one, other) => Math.max(one, other), -Infinity);
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const step = roundStep(Math.max(high - low, Math.abs(high) * 0.1, 1e-6) / wanted);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** Returns a number with so many decimals, and with a minus sign rather than a hyphen. */
export const decimal = (value: number, digits: number): string =>
  value.toFixed(digits).replace('-', '\u2212');

/** Returns tick values as text, with the decimals that tell them apart. */
export function tickLabels(ticks: number[]): string[] {
  const step = ticks.length > 1 ? ticks[1]! - ticks[0]! : 1;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return ticks.map((tick) => decimal(Math.abs(tick) < step / 2 ? 0 : tick, digits));
}
