export type Source = {
  readonly readyState: number;
  addEventListener: (type: string, listener: (event: MessageEvent<string>) => void) => void;
  close: () => void;
};

export type Open = (projectId: string) => Source;

/** `EventSource.CLOSED`: the browser has given the stream up, as it does at any answer but 200. */
const GIVEN_UP = 2;
/** Three of the service's beats: a stream that is silent for so long is dead, whatever the browser thinks. */
export const SILENCE = 45_000;
/** How long a page without a connection of its own rests between two looks. */
export const GLANCE_EVERY = 5_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

type Hearer = {
  onData: (data: string) => void;
  onInterrupted: () => void;
};

/**
 * A project's event stream, kept open.
 *
 * The browser itself reopens a stream that breaks off; one that it gives up, because a proxy answers 502
 * while the service restarts, and one that falls silent are opened anew here. With `glance` it is closed after
 * each event and opened again a little later, so that it takes a connection for a moment only.
 */
export class Stream {
  #open: Open;
  #projectId: string;
  #hearer: Hearer;
  #glance: boolean;
  #source: Source | null = null;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(open: Open, projectId: string, hearer: Hearer, glance = false) {
    this.#open = open;
    this.#projectId = projectId;
    this.#hearer = hearer;
    this.#glance = glance;
    this.#begin();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #begin(): void {
    const source = this.#open(this.#projectId);
    this.#source = source;
    this.#reopenIn(SILENCE);
    source.addEventListener('message', (event) => {
      if (source !== this.#source) return;
      this.#failures = 0;
      this.#reopenIn(SILENCE);
      if (this.#glance) this.#rest();
      this.#hearer.onData(event.data);
    });
    source.addEventListener('error', () => {
      if (source !== this.#source) return;
      this.#hearer.onInterrupted();
      if (source.readyState === GIVEN_UP) this.#reopenIn(this.#pause());
    });
  }

  #rest(): void {
    this.close();
    this.#timer = setTimeout(() => this.#begin(), GLANCE_EVERY);
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
      this.close();
      this.#hearer.onInterrupted();
      this.#begin();
    }, milliseconds);
  }
}
