import type { Locks, Wish } from '$lib/browser/locks';
import type { Said } from './leader';

/** The locks and the channel that the tabs of one browser share. */
export function sharedBrowser() {
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

export const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

/** What a tab has around it: its streams, and whether it is hidden. */
export function surroundings(shared = sharedBrowser()) {
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

export const open = (streams: { closed: boolean }[]) =>
  streams.filter((stream) => !stream.closed).length;
