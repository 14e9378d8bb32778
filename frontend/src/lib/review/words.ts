import { count, counted, percent } from '$lib/format';
import type { Page, Review } from './types';

/** Returns how sure the model is of a page: "94 to 99% sure". */
export function sureness({ images }: Page): string {
  const found = images.map(({ confidence }) => confidence);
  const [least, most] = [percent(Math.min(...found), 0), percent(Math.max(...found), 0)];
  return least === most ? `${most} sure` : `${least.slice(0, -1)} to ${most} sure`;
}

/**
 * Returns how far a review is: "312 of 2,016 left, about 6 pages".
 *
 * `unsent` images were confirmed here and are not counted yet; pages have up to `size` images on this screen.
 */
export function progress(review: Review, unsent: number, size: number): string {
  const left = Math.max(0, review.left - review.unreadable - unsent);
  const all = count(review.seen + review.left);
  if (left === 0) return `All of ${all} seen`;
  const usual = review.config.page_size ?? size;
  const whole = (review.pages_left * left) / review.left;
  // Pages of rare categories are short already: a smaller screen makes more of the full ones only.
  const cut = left / Math.min(size, usual) - left / usual;
  const pages = Math.max(1, Math.round(whole + cut));
  return `${count(left)} of ${all} left, about ${counted(pages, 'page')}`;
}
