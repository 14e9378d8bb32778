import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PictureLoader } from './ahead';
import { fetchPicture } from './picture';

describe('an image that does not come', () => {
  /** Answers to come, one after another: a status, or that there is no connection. */
  let answers: (number | 'no connection')[] = [];
  let isPicture = true;

  const load = (id: string) => new PictureLoader(fetchPicture, async () => {}).load(id);

  beforeEach(() => {
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
    vi.unstubAllGlobals();
    [answers, isPicture] = [[], true];
  });

  it('is waited for while the service is busy, away or had a moment of failure', async () => {
    answers = [500, 503, 429, 401, 'no connection', 200];
    const picture = load('a');
    expect(await picture).toBeInstanceOf(Image);
  });

  it.each([403, 404, 410])('is given up where the service says %i', async (status) => {
    answers = [503, status];
    const picture = load('a');
    expect(await picture).toBeNull();
  });

  it('is given up where what comes is no image', async () => {
    isPicture = false;
    const picture = load('a');
    expect(await picture).toBeNull();
  });
});
