import { describe, expect, it } from 'vitest';
import { Snapshots } from './snapshots.svelte';

function surroundings() {
  const streams: { projectId: string; closed: boolean; say: (data: unknown) => void }[] = [];
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
        say: (data: unknown) =>
          heard.message!({ data: JSON.stringify(data) } as MessageEvent<string>)
      };
      streams.push(stream);
      return {
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
