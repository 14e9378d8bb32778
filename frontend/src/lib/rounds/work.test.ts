import { describe, expect, it } from 'vitest';
import { workAt, workIn } from './work';

describe('the page of a round', () => {
  it('is that of its kind', () => {
    expect(workAt({ id: 'r', kind: 'review' })).toEqual({
      path: '/rounds/r/review',
      word: 'Review'
    });
    const running = { active_round_id: 'r', active_round_kind: 'loop' as const };
    expect(workIn(running)).toEqual({ path: '/rounds/r/annotate', word: 'Label' });
    expect(workIn({ active_round_id: null, active_round_kind: null })).toBeNull();
  });
});
