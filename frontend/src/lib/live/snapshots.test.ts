import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SILENCE, Snapshots } from './snapshots.svelte';

const CONNECTING = 0;
const CLOSED = 2;

function surroundings() {
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
  it('is one, however many parts of the page watch', () => {
    const around = surroundings();
    const snapshots = new Snapshots(around);
    const stop = [snapshots.watch('p'), snapshots.watch('p')];
    expect(around.streams).toHaveLength(1);
    around.streams[0]!.say({ round: null, jobs: [] });
    expect(snapshots.latest).toEqual({ round: null, jobs: [] });
    stop[0]!();
    expect(open(around.streams)).toBe(1);
    stop[1]!();
    expect(open(around.streams)).toBe(0);
    expect(around.listeners.size).toBe(0);
  });

  it('is closed while the tab is hidden and opened again after', () => {
    const around = surroundings();
    const stop = new Snapshots(around).watch('p');
    around.setHidden(true);
    expect(open(around.streams)).toBe(0);
    around.setHidden(false);
    expect(open(around.streams)).toBe(1);
    stop();
    around.setHidden(false);
    expect(open(around.streams)).toBe(0);
  });

  it('forgets the other project', () => {
    const around = surroundings();
    const snapshots = new Snapshots(around);
    const stopFirst = snapshots.watch('p');
    around.streams[0]!.say({ round: null, jobs: [] });
    snapshots.watch('q');
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

  function watching() {
    const around = surroundings();
    const snapshots = new Snapshots(around);
    const stop = snapshots.watch('p');
    around.streams[0]!.say(SNAPSHOT);
    return { around, snapshots, stop };
  }

  it('is left to the browser while it tries again itself', () => {
    const { around, snapshots } = watching();
    around.streams[0]!.fail(CONNECTING);
    expect(snapshots.interrupted).toBe(true);
    vi.advanceTimersByTime(10_000);
    expect(around.streams).toHaveLength(1);
    around.streams[0]!.say(SNAPSHOT);
    expect(snapshots.interrupted).toBe(false);
  });

  it('is opened again where the browser has given it up, ever less often', () => {
    const { around, snapshots } = watching();
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

  it('is opened again where it falls silent', () => {
    const { around } = watching();
    vi.advanceTimersByTime(SILENCE - 1);
    around.streams[0]!.say(SNAPSHOT);
    vi.advanceTimersByTime(SILENCE - 1);
    expect(around.streams).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(around.streams.map(({ closed }) => closed)).toEqual([true, false]);
  });

  it('stays closed once nobody watches, or while the tab is hidden', () => {
    const { around, stop } = watching();
    around.streams[0]!.fail(CLOSED);
    around.setHidden(true);
    vi.advanceTimersByTime(2 * SILENCE);
    expect(open(around.streams)).toBe(0);
    around.setHidden(false);
    around.streams.at(-1)!.fail(CLOSED);
    stop();
    vi.advanceTimersByTime(2 * SILENCE);
    expect(open(around.streams)).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
