import { describe, expect, it } from 'vitest';
import { dismiss, readDismissed } from './dismissed';

function store(kept: string | null = null) {
  return {
    getItem: () => kept,
    setItem: (_: string, value: string) => void (kept = value)
  };
}

describe('dismissed offers', () => {
  it('are remembered, each once', () => {
    const local = store();
    dismiss('a', local);
    dismiss('b', local);
    expect(dismiss('a', local)).toEqual(['b', 'a']);
    expect(readDismissed(local)).toEqual(['b', 'a']);
  });

  it('survive storage that is full, forbidden or holds something else', () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new Error('full');
      }
    };
    expect(dismiss('a', full)).toEqual(['a']);
    expect(readDismissed(store('{"a": 1}'))).toEqual([]);
    expect(readDismissed(store('no JSON'))).toEqual([]);
  });

  it('do not pile up', () => {
    const local = store();
    for (let index = 0; index < 80; index += 1) dismiss(`e${index}`, local);
    expect(readDismissed(local)).toHaveLength(50);
    expect(readDismissed(local).at(-1)).toBe('e79');
  });
});
