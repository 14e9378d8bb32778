import { describe, expect, it } from 'vitest';
import type { Encoder } from '$lib/api/types';
import { secondChoices, secondEncoder } from './second';

describe('the encoder that another is averaged with', () => {
  it('is any but the first', () => {
    const encoders = [{ id: 'a' }, { id: 'b' }, { id: 'c' }] as Encoder[];
    expect(secondChoices(encoders, 'b').map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('is sent where the last layer alone learns', () => {
    expect(secondEncoder('b', 'a', 'frozen')).toBe('b');
    expect(secondEncoder('b', 'a', 'full')).toBeNull();
    expect(secondEncoder('b', 'a', 'fixmatch')).toBeNull();
  });

  it('is none until one is chosen, and none where the first has become the same', () => {
    expect(secondEncoder('', 'a', 'frozen')).toBeNull();
    expect(secondEncoder('a', 'a', 'frozen')).toBeNull();
  });
});
