import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Locks, Wish } from '$lib/browser/locks';
import type { Said } from './leader';
import { Snapshots } from './snapshots.svelte';
import { GLANCE_EVERY, SILENCE } from './stream';

const CONNECTING = 0;
const CLOSED = 2;

/** The locks and the channel that the tabs of one browser share. */
function sharedBrowser() {
  const holders = new Map<string, { onLost?: () => void }>();
  const queues = new Map<string, (() => void)[]>();
  const hearers = new Set<(said: Said) => void>();
  const hold: Locks['hold'] = async (name, wish: Wish = {}) => {
    await Promise.resolve();
    if (wish.steal) holders.get(name)?.onLost?.();
    while (holders.has(name) && !wish.steal) {
      if (wish.ifAvailable || wish.signal?.aborted) return null;
      await new Promise<void>((resolve) => {
        queues.set(name, [...(queues.get(name) ?? []), resolve]);
        wish.signal?.addEventListener('abort', () => resolve());
      });
    }
    if (wish.signal?.aborted) return null;
    const mine = { onLost: wish.onLost };
    holders.set(name, mine);
    const release = () => {
      if (holders.get(name) !== mine) return;
      holders.delete(name);
      queues
        .get(name)
        ?.splice(0)
        .forEach((wake) => wake());
    };
    return { release };
  };
  const channel = () => {
    const own = new Set<(said: Said) => void>();
    return {
      post: (said: Said) => hearers.forEach((hear) => !own.has(hear) && hear(said)),
      listen: (hear: (said: Said) => void) => {
        own.add(hear);
        hearers.add(hear);
        return () => void hearers.delete(hear);
      }
    };
  };
  return { locks: { hold }, channel };
}

const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

function surroundings(shared = sharedBrowser()) {
  const channel = shared.channel();
  const streams: {
    projectId: string;
    closed: boolean;
    readyState: number;
    say: (data: unknown) => void;
    fail: (readyState: number) => void;
  }[] = [];
  const listeners = new Set<() => void>();
  const page = { hidden: false };
  return {
    streams,
    listeners,
    locks: () => shared.locks,
    channel: () => channel,
    setHidden(hidden: boolean) {
      page.hidden = hidden;
      listeners.forEach((listener) => listener());
    },
    hidden: () => page.hidden,
    onVisibility(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    open(projectId: string) {
      const heard: Record<string, (event: MessageEvent<string>) => void> = {};
      const stream = {
        projectId,
        closed: false,
        readyState: 1,
        say: (data: unknown) =>
          heard.message!({ data: JSON.stringify(data) } as MessageEvent<string>),
        fail(readyState: number) {
          stream.readyState = readyState;
          heard.error!({} as MessageEvent<string>);
        }
      };
      streams.push(stream);
      return {
        get readyState() {
          return stream.readyState;
        },
        addEventListener: (type: string, listener: (event: MessageEvent<string>) => void) => {
          heard[type] = listener;
        },
        close: () => void (stream.closed = true)
      };
    }
  };
}

const open = (streams: { closed: boolean }[]) => streams.filter((stream) => !stream.closed).length;

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
