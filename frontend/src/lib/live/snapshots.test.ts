import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Snapshots } from './snapshots.svelte';
import { GLANCE_EVERY, SILENCE } from './stream';
import { open, settle, sharedBrowser, surroundings } from './testing';

const CONNECTING = 0;
const CLOSED = 2;

describe('the event stream of a tab', () => {
  it('is one, however many parts of the page watch', async () => {
    const around = surroundings();
    const snapshots = new Snapshots(around);
    const stop = [snapshots.watch('p'), snapshots.watch('p')];
    await settle();
    expect(around.streams).toHaveLength(1);
    around.streams[0]!.say({ round: null, jobs: [] });
    expect(snapshots.latest).toEqual({ round: null, jobs: [] });
    stop[0]!();
    expect(open(around.streams)).toBe(1);
    stop[1]!();
    expect(open(around.streams)).toBe(0);
    expect(around.listeners.size).toBe(0);
  });

  it('is closed while the tab is hidden and opened again after', async () => {
    const around = surroundings();
    const stop = new Snapshots(around).watch('p');
    await settle();
    around.setHidden(true);
    expect(open(around.streams)).toBe(0);
    around.setHidden(false);
    await settle();
    expect(open(around.streams)).toBe(1);
    stop();
    around.setHidden(false);
    await settle();
    expect(open(around.streams)).toBe(0);
  });

  it('forgets the other project', async () => {
    const around = surroundings();
    const snapshots = new Snapshots(around);
    const stopFirst = snapshots.watch('p');
    await settle();
    around.streams[0]!.say({ round: null, jobs: [] });
    snapshots.watch('q');
    await settle();
    expect(snapshots.latest).toBeNull();
    around.streams[0]!.say({ round: null, jobs: [] });
    expect(snapshots.latest).toBeNull();
    stopFirst();
    expect(around.streams.map(({ projectId, closed }) => [projectId, closed])).toEqual([
      ['p', true],
      ['q', false]
    ]);
  });
});

describe('a stream that breaks', () => {
  const SNAPSHOT = { round: null, jobs: [] };

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function watching() {
    const around = surroundings();
    const snapshots = new Snapshots(around);
    const stop = snapshots.watch('p');
    await settle();
    around.streams[0]!.say(SNAPSHOT);
    return { around, snapshots, stop };
  }

  it('is left to the browser while it tries again itself', async () => {
    const { around, snapshots } = await watching();
    around.streams[0]!.fail(CONNECTING);
    expect(snapshots.interrupted).toBe(true);
    vi.advanceTimersByTime(10_000);
    expect(around.streams).toHaveLength(1);
    around.streams[0]!.say(SNAPSHOT);
    expect(snapshots.interrupted).toBe(false);
  });

  it('is opened again where the browser has given it up, ever less often', async () => {
    const { around, snapshots } = await watching();
    const tries: number[] = [];
    for (let minute = 0; minute < 5; minute += 1) {
      for (let second = 0; second < 60; second += 1) {
        const last = around.streams.at(-1)!;
        if (last.readyState !== CLOSED) last.fail(CLOSED);
        vi.advanceTimersByTime(1_000);
      }
      tries.push(around.streams.length);
    }
    expect(tries[0]).toBeGreaterThanOrEqual(4);
    expect(tries[4]! - tries[3]!).toBeLessThanOrEqual(4);
    expect(snapshots.interrupted).toBe(true);
    expect(snapshots.latest).toEqual(SNAPSHOT);
    vi.advanceTimersByTime(30_000);
    around.streams.at(-1)!.say({ ...SNAPSHOT, jobs: ['new'] });
    expect(snapshots.interrupted).toBe(false);
    expect(snapshots.latest).toEqual({ ...SNAPSHOT, jobs: ['new'] });
    expect(open(around.streams)).toBe(1);
    around.streams.at(-1)!.fail(CLOSED);
    vi.advanceTimersByTime(1_000);
    expect(open(around.streams), 'the pauses begin anew').toBe(1);
  });

  it('is opened again where it falls silent', async () => {
    const { around } = await watching();
    vi.advanceTimersByTime(SILENCE - 1);
    around.streams[0]!.say(SNAPSHOT);
    vi.advanceTimersByTime(SILENCE - 1);
    expect(around.streams).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(around.streams.map(({ closed }) => closed)).toEqual([true, false]);
  });

  it('stays closed once nobody watches, or while the tab is hidden', async () => {
    const { around, stop } = await watching();
    around.streams[0]!.fail(CLOSED);
    around.setHidden(true);
    vi.advanceTimersByTime(2 * SILENCE);
    expect(open(around.streams)).toBe(0);
    around.setHidden(false);
    await settle();
    around.streams.at(-1)!.fail(CLOSED);
    stop();
    vi.advanceTimersByTime(2 * SILENCE);
    expect(open(around.streams)).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the tabs of a browser', () => {
  const SNAPSHOT = { round: null, jobs: [] };

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function tabs(...projects: string[]) {
    const shared = sharedBrowser();
    return projects.map((project) => {
      const around = surroundings(shared);
      const snapshots = new Snapshots(around);
      return { around, snapshots, stop: snapshots.watch(project) };
    });
  }
  const streamsOf = (all: ReturnType<typeof tabs>) =>
    all.map(({ around }) => open(around.streams)).reduce((sum, number) => sum + number, 0);

  it('share one stream, and what it says', async () => {
    const six = tabs('p', 'p', 'p', 'p', 'p', 'p');
    await settle();
    expect(streamsOf(six)).toBe(1);
    six[0]!.around.streams[0]!.say(SNAPSHOT);
    expect(six.map(({ snapshots }) => snapshots.latest)).toEqual(six.map(() => SNAPSHOT));
    six[0]!.around.streams[0]!.fail(CONNECTING);
    expect(six.every(({ snapshots }) => snapshots.interrupted)).toBe(true);
    six.forEach(({ stop }) => stop());
    await settle();
    expect(streamsOf(six)).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tell a tab that is opened later how things are', async () => {
    const shared = sharedBrowser();
    const first = surroundings(shared);
    new Snapshots(first).watch('p');
    await settle();
    first.streams[0]!.say(SNAPSHOT);
    const later = new Snapshots(surroundings(shared));
    later.watch('p');
    expect(later.latest).toEqual(SNAPSHOT);
  });

  it.each(['closed', 'hidden'])('go on when the one with the stream is %s', async (how) => {
    const [first, second] = tabs('p', 'p') as [
      ReturnType<typeof tabs>[0],
      ReturnType<typeof tabs>[0]
    ];
    await settle();
    if (how === 'closed') first.stop();
    else first.around.setHidden(true);
    await settle();
    expect(open(first.around.streams)).toBe(0);
    expect(open(second.around.streams)).toBe(1);
    second.around.setHidden(true);
    await settle();
    expect(open(second.around.streams)).toBe(0);
  });

  it('take over from one that is frozen', async () => {
    const shared = sharedBrowser();
    const onLost = vi.fn();
    await shared.locks.hold('eigenlabel.events.p', { onLost });
    const around = surroundings(shared);
    new Snapshots(around).watch('p');
    await vi.advanceTimersByTimeAsync(SILENCE - 1);
    expect(around.streams).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(open(around.streams)).toBe(1);
    expect(onLost).toHaveBeenCalledOnce();
  });

  it('listen again after the stream was taken from them', async () => {
    const shared = sharedBrowser();
    const around = surroundings(shared);
    const snapshots = new Snapshots(around);
    snapshots.watch('p');
    await settle();
    expect(open(around.streams)).toBe(1);
    await shared.locks.hold('eigenlabel.events.p', { steal: true });
    await settle();
    expect(open(around.streams)).toBe(0);
    shared.channel().post({ project: 'p', kind: 'snapshot', data: JSON.stringify(SNAPSHOT) });
    expect(snapshots.latest).toEqual(SNAPSHOT);
  });

  it('hold two streams at most, whichever projects are open', async () => {
    const four = tabs('p', 'q', 'r', 's');
    await settle();
    expect(streamsOf(four)).toBe(4);
    four.forEach(({ around }) => around.streams.forEach((stream) => stream.say(SNAPSHOT)));
    expect(streamsOf(four)).toBe(2);
    expect(four.map(({ snapshots }) => snapshots.latest)).toEqual(four.map(() => SNAPSHOT));
    await vi.advanceTimersByTimeAsync(GLANCE_EVERY);
    expect(four.map(({ around }) => around.streams.length)).toEqual([1, 1, 2, 2]);
  });
});
