import { describe, expect, it } from 'vitest';
import { PictureLoader } from './ahead';
import type { Outcome } from './picture';

describe('images held ahead', () => {
  function slow() {
    const begun: string[] = [];
    const broken: string[] = [];
    const finish = new Map<string, (outcome: Outcome) => void>();
    const over: (() => void)[] = [];
    const loader = new PictureLoader(
      (imageId, signal) => {
        begun.push(imageId);
        return new Promise((resolve) => {
          finish.set(imageId, resolve);
          signal.addEventListener('abort', () => (broken.push(imageId), resolve('later')));
        });
      },
      () => new Promise((resolve) => over.push(resolve))
    );
    return {
      begun,
      broken,
      finish,
      loader,
      waitIsOver: () => over.splice(0).forEach((go) => go())
    };
  }
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  const picture = {} as HTMLImageElement;

  it('leave connections for answers: three are fetched at a time, in their order', async () => {
    const { begun, finish, loader } = slow();
    ['a', 'b', 'c', 'd', 'e'].forEach((id) => void loader.load(id));
    expect(begun).toEqual(['a', 'b', 'c']);
    finish.get('b')!(null);
    await turn();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
  });

  it('wait for one that is wanted now', async () => {
    const { begun, finish, loader } = slow();
    ['a', 'b', 'c', 'd'].forEach((id) => void loader.load(id));
    void loader.load('undone', true);
    finish.get('a')!(null);
    await turn();
    expect(begun.at(-1)).toBe('undone');
  });

  it('are not held up by some that the service cannot give yet', async () => {
    const { begun, finish, loader, waitIsOver } = slow();
    const first = loader.load('a');
    ['b', 'c', 'd', 'e'].forEach((id) => void loader.load(id));
    ['a', 'b', 'c'].forEach((id) => finish.get(id)!('later'));
    await turn();
    expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
    waitIsOver();
    await turn();
    expect(begun.slice(5)).toHaveLength(1);
    ['d', 'e', begun[5]!].forEach((id) => finish.get(id)!(picture));
    await turn();
    ['a', 'b', 'c'].forEach((id) => finish.get(id)!(picture));
    expect(await first).toBe(picture);
  });

  it('are let go of when nobody wants them any more', async () => {
    const { begun, broken, finish, loader } = slow();
    const pictures = ['a', 'b', 'c', 'd', 'e'].map((id) => loader.load(id));
    loader.keep(['b', 'e']);
    await turn();
    expect(broken).toEqual(['a', 'c']);
    expect(begun).toEqual(['a', 'b', 'c', 'e']);
    finish.get('b')!(picture);
    expect(await Promise.all(pictures.slice(0, 4))).toEqual([null, picture, null, null]);
  });

  it('are loaded no more once the session is over', async () => {
    const { begun, broken, loader } = slow();
    ['a', 'b', 'c', 'd'].forEach((id) => void loader.load(id));
    loader.end();
    expect(await loader.load('f')).toBeNull();
    expect([begun, broken]).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c']
    ]);
  });
});
