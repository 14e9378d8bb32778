import type { Forecast } from '$lib/api/types';
import { counted, duration, percent } from '$lib/format';

/** Returns a share in points with its sign: +1.2, -0.3. */
const points = (share: number): string =>
  `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`;

/** Returns how far an interval reaches to either side of its middle, in whole points, 1 at least. */
const around = ({ low, high }: Forecast['accuracy']): number =>
  Math.max(1, Math.round(50 * (high - low)));

/** Returns how good the newest model is, in words: by what, and how sure that is. */
export function goodNow({ accuracy, basis, images }: Forecast): string {
  const by =
    basis === 'test'
      ? `by ${counted(images, 'test image')}`
      : `by its own confidence in ${counted(images, 'image')} that it had no label of`;
  return `${percent(accuracy.middle, 0)} ± ${around(accuracy)} of the rest are right, ${by}.`;
}

/** Returns what more labels would buy, in words, with the interval that holds it in nine of ten cases. */
export function moreLabels({ labels, gain, seconds }: Forecast): string {
  const work = seconds === null ? '' : ` (about ${duration(Math.round(seconds))})`;
  const many = labels === 10 ? 'Ten more labels' : `${counted(labels, 'more label')}`;
  return `${many}${work}: ${points(gain.middle)} points (${points(gain.low)} to ${points(gain.high)}).`;
}

/** Returns the advice: whether to go on, by what the labels have to be worth. */
export const advice = ({ go_on, worth }: Forecast): string =>
  go_on
    ? 'Going on is worth it.'
    : `Stopping here is sensible: less than ${(100 * worth).toFixed(1)} points are to be expected.`;
