import { describe, expect, it } from 'vitest';
import type { Round } from '$lib/api/types';
import type { Submission } from './submissions.svelte';
import { Tally } from './tally';

const round = (numbers: Partial<Round>) => ({ id: 'r', outstanding: 5, ...numbers }) as Round;
const ANSWER = {
  key: 'k',
  queryId: 'q',
  roundId: 'r',
  answer: { category_id: 'glass' },
  cluster: { image_ids: ['a'], dropped_image_ids: [] }
} as unknown as Submission;

describe('the numbers of a round', () => {
  it('are read again where an older word came while they were read', async () => {
    let kept = round({ labelled: 0, weak: 0 });
    let reads = 0;
    const tally = new Tally('r', {
      get: () => kept,
      set: (now) => (kept = now),
      read: async () => {
        reads += 1;
        if (reads === 1) kept = round({ labelled: 0, weak: 0 }); // begun before the answer arrived
        return round({ labelled: 1, weak: 1 });
      }
    });
    tally.accepted(ANSWER);
    await expect.poll(() => kept.weak).toBe(1);
    expect(reads).toBe(2);
  });

  it('stay what they were where the service cannot be asked', async () => {
    const kept = round({ labelled: 3, weak: 0 });
    let reads = 0;
    const read = () => Promise.reject(new Error(`no connection ${(reads += 1)}`));
    const set = () => expect.unreachable();
    new Tally('r', { get: () => kept, set, read }).accepted(ANSWER);
    await expect.poll(() => reads).toBe(1);
  });
});
