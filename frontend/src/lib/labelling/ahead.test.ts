import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchPicture, loader } from './ahead';

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

describe('an image that does not come', () => {
  /** Answers to come, one after another: a status, or that there is no connection. */
  let answers: (number | 'no connection')[] = [];
  let isPicture = true;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal(
      'Image',
      class {
        onload = () => {};
        onerror = () => {};
        set src(_: string) {
          const failed = answers.length > 0 || !isPicture;
          queueMicrotask(() => (failed ? this.onerror() : this.onload()));
        }
      }
    );
    vi.stubGlobal('fetch', async () => {
      const status = answers.shift() ?? 200;
      if (status === 'no connection') throw new TypeError('Failed to fetch');
      return new Response('bytes', { status });
    });
    vi.stubGlobal('createImageBitmap', async () => {
      if (!isPicture) throw new DOMException('', 'InvalidStateError');
      return { close: () => {} };
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    [answers, isPicture] = [[], true];
  });

  it('is waited for while the service is busy, away or had a moment of failure', async () => {
    answers = [500, 503, 429, 401, 'no connection', 200];
    const picture = fetchPicture('a');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await picture).toBeInstanceOf(Image);
  });

  it.each([403, 404, 410])('is given up where the service says %i', async (status) => {
    answers = [503, status];
    const picture = fetchPicture('a');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await picture).toBeNull();
  });

  it('is given up where what comes is no image', async () => {
    isPicture = false;
    const picture = fetchPicture('a');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await picture).toBeNull();
  });
});
