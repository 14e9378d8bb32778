import { address } from '$lib/address';
import type { Snapshot } from '$lib/api/types';

type Source = {
  readonly readyState: number;
  addEventListener: (type: string, listener: (event: MessageEvent<string>) => void) => void;
  close: () => void;
};

type Surroundings = {
  open: (projectId: string) => Source;
  hidden: () => boolean;
  onVisibility: (listener: () => void) => () => void;
};

const browser: Surroundings = {
  open: (projectId) => new EventSource(address(`/api/v1/projects/${projectId}/events`)),
  hidden: () => document.hidden,
  onVisibility: (listener) => {
    document.addEventListener('visibilitychange', listener);
    return () => document.removeEventListener('visibilitychange', listener);
  }
};

/** `EventSource.CLOSED`: the browser has given the stream up, as it does at any answer but 200. */
const GIVEN_UP = 2;
/** Three of the service's beats: a stream that is silent for so long is dead, whatever the browser thinks. */
export const SILENCE = 45_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/**
 * What a project's event stream last said: the newest round and the jobs worth showing.
 *
 * A tab has one stream: watching another project closes the first. It is closed while the tab is hidden.
 * The browser itself reopens a stream that breaks off; one that it gives up, because a proxy answers 502
 * while the service restarts, and one that falls silent are opened anew here.
 */
export class Snapshots {
  latest = $state.raw<Snapshot | null>(null);
  /** Whether `latest` may be old, for the stream is broken. */
  interrupted = $state(false);

  #surroundings: Surroundings;
  #projectId: string | null = null;
  #source: Source | null = null;
  #watchers = 0;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(surroundings: Surroundings = browser) {
    this.#surroundings = surroundings;
  }

  /** Follows a project; returns the function that stops following it. */
  watch(projectId: string): () => void {
    if (this.#projectId !== projectId) {
      this.#close();
      this.#projectId = projectId;
      this.latest = null;
      this.#watchers = 0;
      this.#failures = 0;
    }
    this.#watchers += 1;
    const forget = this.#surroundings.onVisibility(() => this.#follow());
    this.#follow();
    return () => {
      forget();
      if (this.#projectId !== projectId) return;
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#close();
    };
  }

  #follow(): void {
    if (this.#surroundings.hidden()) {
      this.#close();
      return;
    }
    if (this.#source || !this.#projectId || this.#watchers === 0) return;
    const source = this.#surroundings.open(this.#projectId);
    this.#source = source;
    this.#reopenIn(SILENCE);
    source.addEventListener('message', (event) => {
      if (source !== this.#source) return;
      this.latest = JSON.parse(event.data) as Snapshot;
      this.interrupted = false;
      this.#failures = 0;
      this.#reopenIn(SILENCE);
    });
    source.addEventListener('error', () => {
      if (source !== this.#source) return;
      this.interrupted = true;
      if (source.readyState === GIVEN_UP) this.#reopenIn(this.#pause());
    });
  }

  /** Returns how long to wait before the next try: twice as long each time, and not all browsers at once. */
  #pause(): number {
    const longest = Math.min(FIRST_PAUSE * 2 ** this.#failures, LONGEST_PAUSE);
    this.#failures += 1;
    return longest * (0.5 + Math.random() / 2);
  }

  #reopenIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#close();
      this.interrupted = true;
      this.#follow();
    }, milliseconds);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.interrupted = false;
  }
}

export const snapshots = new Snapshots();
