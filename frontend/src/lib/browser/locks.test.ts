import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryStorage } from '$lib/testing';
import { BEAT, storedLocks } from './locks';

describe('locks in storage, for browsers that offer none', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function tab(storage: Storage) {
    let leave = () => {};
    const locks = storedLocks(storage, (listener) => (leave = listener));
    return { ...locks, leave: () => leave() };
  }

  it('are held by one tab, and fall to the next when that lets go', async () => {
    const storage = memoryStorage();
    const [one, two] = [tab(storage), tab(storage)];
    const lock = await one.hold('x');
    expect(await two.hold('x', { ifAvailable: true })).toBeNull();
    let got = false;
    void two.hold('x').then((held) => (got = held !== null));
    await vi.advanceTimersByTimeAsync(10 * BEAT);
    expect(got, 'the holder lives').toBe(false);
    lock!.release();
    await vi.advanceTimersByTimeAsync(BEAT);
    expect(got).toBe(true);
  });

  it('are let go of by a page that is left, and by one that is gone', async () => {
    const storage = memoryStorage();
    const [one, two] = [tab(storage), tab(storage)];
    await one.hold('x');
    one.leave();
    expect(await two.hold('x', { ifAvailable: true })).not.toBeNull();
    storage.setItem('eigenlabel.lock.y', JSON.stringify({ owner: 'gone', until: Date.now() + 1 }));
    await vi.advanceTimersByTimeAsync(2);
    expect(await two.hold('y', { ifAvailable: true })).not.toBeNull();
  });

  it('tell who has lost one', async () => {
    const storage = memoryStorage();
    const onLost = vi.fn();
    await tab(storage).hold('x', { onLost });
    await tab(storage).hold('x', { steal: true });
    await vi.advanceTimersByTimeAsync(BEAT);
    expect(onLost).toHaveBeenCalledOnce();
  });

  it('are not waited for once waiting is given up', async () => {
    const storage = memoryStorage();
    await tab(storage).hold('x');
    const given = tab(storage).hold('x', { signal: AbortSignal.abort() });
    expect(await given).toBeNull();
  });
});
