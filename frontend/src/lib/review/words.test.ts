import { describe, expect, it } from 'vitest';
import { page } from './testing';
import type { Review } from './types';
import { progress, sureness } from './words';

const review = { seen: 1704, left: 312, unreadable: 0, pages_left: 7, config: { page_size: 48 } };

describe('words of a review', () => {
  it.each([
    [0, 48, '312 of 2,016 left, about 7 pages'],
    [48, 48, '264 of 2,016 left, about 6 pages'],
    [0, 24, '312 of 2,016 left, about 14 pages'],
    [0, 6, '312 of 2,016 left, about 53 pages'],
    [0, 100, '312 of 2,016 left, about 7 pages'],
    [312, 48, 'All of 2,016 seen']
  ])('say what is left, %i on their way and pages of %i', (unsent, size, expected) => {
    expect(progress(review as Review, unsent, size)).toBe(expected);
  });

  it('do not count what cannot be shown', () => {
    expect(progress({ ...review, left: 3, unreadable: 3 } as Review, 0, 48)).toBe(
      'All of 1,707 seen'
    );
  });

  it('say how sure the model is of a page', () => {
    const one = page('p', 'glass', ['a', 'b']);
    expect(sureness(one)).toBe('90% sure');
    one.images[0]!.confidence = 0.5;
    expect(sureness(one)).toBe('50 to 90% sure');
  });
});
