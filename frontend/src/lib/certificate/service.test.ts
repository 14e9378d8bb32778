import { describe, expect, it } from 'vitest';
import { asLease } from './service';

describe('an image of an audit', () => {
  it('comes to the session without a guess, a name or a cluster', () => {
    const image = { id: 'i', width: 8, height: 6 };
    expect(asLease({ item_id: 'a', image, expires_at: '2026-11-30T12:00:00Z' })).toEqual({
      query_id: 'a',
      step: 0,
      image: { ...image, filename: '' },
      suggestion: null,
      suggestions: [],
      cluster: { size: 1, image_ids: [] },
      expires_at: '2026-11-30T12:00:00Z'
    });
  });
});
