import { describe, expect, it } from 'vitest';
import { loader } from './ahead';

describe('images held ahead', () => {
  function slow() {
    const begun: string[] = [];
    const finish = new Map<string, () => void>();
    const load = loader((imageId) => {
      begun.push(imageId);
      return new Promise((resolve) => finish.set(imageId, () => resolve(null)));
    });
    return { begun, finish, load };
  }
  const turn = () => new Promise((resolve) => setTimeout(resolve));

  it('leave connections for answers: three are fetched at a time, in their order', async () => {
    const { begun, finish, load } = slow();
    ['a', 'b', 'c', 'd', 'e'].forEach((id) => void load(id));
    expect(begun).toEqual(['a', 'b', 'c']);
    finish.get('b')!();
    await turn();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
  });

  it('wait for one that is wanted now', async () => {
    const { begun, finish, load } = slow();
    ['a', 'b', 'c', 'd'].forEach((id) => void load(id));
    void load('undone', true);
    finish.get('a')!();
    await turn();
    expect(begun.at(-1)).toBe('undone');
  });
});
