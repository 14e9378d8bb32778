import { describe, expect, it } from 'vitest';
import { newestFirst } from './order';

const sorted = (...times: string[]) =>
  times
    .map((created_at) => ({ created_at }))
    .toSorted(newestFirst)
    .map(({ created_at }) => created_at);

describe('newestFirst', () => {
  it('knows that a whole second comes before its parts', () => {
    const [whole, half] = ['2026-11-29T09:00:00Z', '2026-11-29T09:00:00.500000Z'];
    expect(sorted(whole!, half!)).toEqual([half, whole]);
  });

  it('tells times within a millisecond apart', () => {
    const [one, other] = ['2026-11-29T09:00:00.000001Z', '2026-11-29T09:00:00.000002Z'];
    expect(sorted(one!, other!)).toEqual([other, one]);
  });
});
