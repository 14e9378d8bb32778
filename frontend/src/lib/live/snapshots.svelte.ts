import type { Snapshot } from '$lib/api/types';

type Source = {
  addEventListener: (type: string, listener: (event: MessageEvent<string>) => void) => void;
  close: () => void;
};

type Surroundings = {
  open: (projectId: string) => Source;
  hidden: () => boolean;
  onVisibility: (listener: () => void) => () => void;
};

const browser: Surroundings = {
  open: (projectId) => new EventSource(`/api/v1/projects/${projectId}/events`),
  hidden: () => document.hidden,
  onVisibility: (listener) => {
    document.addEventListener('visibilitychange', listener);
    return () => document.removeEventListener('visibilitychange', listener);
  }
};

/**
 * What a project's event stream last said: the newest round and the jobs worth showing.
 *
 * A tab has one stream: watching another project closes the first. It is closed while the tab is hidden.
 */
export class Snapshots {
  latest = $state.raw<Snapshot | null>(null);

  #surroundings: Surroundings;
  #projectId: string | null = null;
  #source: Source | null = null;
  #watchers = 0;

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
    const listen = (event: MessageEvent<string>) => {
      if (source === this.#source) this.latest = JSON.parse(event.data) as Snapshot;
    };
    source.addEventListener('message', listen);
    source.addEventListener('snapshot', listen);
    this.#source = source;
  }

  #close(): void {
    this.#source?.close();
    this.#source = null;
  }
}

export const snapshots = new Snapshots();
