import { address } from '$lib/address';
import type { Snapshot } from '$lib/api/types';
import { sharedLocks, type Locks } from '$lib/browser/locks';
import { Follower, type Channel, type Said } from './leader';
import type { Open } from './stream';

type Surroundings = {
  open: Open;
  hidden: () => boolean;
  onVisibility: (listener: () => void) => () => void;
  locks: () => Locks;
  channel: () => Channel | null;
};

/** Returns what tabs of this browser hear of each other by; null in a browser that has none. */
function broadcast(): Channel | null {
  if (!('BroadcastChannel' in globalThis)) return null;
  const channel = new BroadcastChannel('eigenlabel.events');
  return {
    post: (said) => channel.postMessage(said),
    listen: (hear) => {
      const onMessage = ({ data }: MessageEvent<Said>) => hear(data);
      channel.addEventListener('message', onMessage);
      return () => channel.removeEventListener('message', onMessage);
    }
  };
}

let channel: Channel | null | undefined;

const browser: Surroundings = {
  open: (projectId) => new EventSource(address(`/api/v1/projects/${projectId}/events`)),
  hidden: () => document.hidden,
  onVisibility: (listener) => {
    document.addEventListener('visibilitychange', listener);
    return () => document.removeEventListener('visibilitychange', listener);
  },
  locks: sharedLocks,
  channel: () => (channel = channel === undefined ? broadcast() : channel)
};

/**
 * What a project's event stream last said: the newest round and the jobs worth showing.
 *
 * A tab follows one project: watching another ends the first. It follows nothing while it is hidden. The tabs
 * of a browser share their streams, because it opens six connections to a host and answers need one of them.
 */
export class Snapshots {
  latest = $state.raw<Snapshot | null>(null);
  /** Whether `latest` may be old, for the stream is broken. */
  interrupted = $state(false);

  #surroundings: Surroundings;
  #projectId: string | null = null;
  #follower: Follower | null = null;
  #watchers = 0;

  constructor(surroundings: Surroundings = browser) {
    this.#surroundings = surroundings;
  }

  /** Follows a project; returns the function that stops following it. */
  watch(projectId: string): () => void {
    if (this.#projectId !== projectId) {
      this.#stop();
      this.#projectId = projectId;
      this.latest = null;
      this.#watchers = 0;
    }
    this.#watchers += 1;
    const forget = this.#surroundings.onVisibility(() => this.#follow());
    this.#follow();
    return () => {
      forget();
      if (this.#projectId !== projectId) return;
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#stop();
    };
  }

  #follow(): void {
    if (this.#surroundings.hidden()) {
      this.#stop();
      return;
    }
    if (this.#follower || !this.#projectId || this.#watchers === 0) return;
    const { open, locks, channel } = this.#surroundings;
    const around = { open, locks: locks(), channel: channel() };
    const follower: Follower = new Follower(this.#projectId, around, {
      onData: (data) => {
        this.latest = JSON.parse(data) as Snapshot;
        this.interrupted = false;
      },
      onInterrupted: () => (this.interrupted = true)
    });
    this.#follower = follower;
  }

  #stop(): void {
    this.#follower?.stop();
    this.#follower = null;
    this.interrupted = false;
  }
}

export const snapshots = new Snapshots();
