import type { Lock, Locks } from '$lib/browser/locks';
import { SILENCE, Stream, type Open } from './stream';

/** How many event streams a browser has at most, however many projects are open in however many tabs. */
export const STREAMS = 2;

/** What tabs tell each other about a project. */
export type Said = { project: string } & (
  { kind: 'ask' } | { kind: 'snapshot'; data: string } | { kind: 'interrupted' }
);

export type Channel = {
  post: (said: Said) => void;
  listen: (hear: (said: Said) => void) => () => void;
};

type Surroundings = { open: Open; locks: Locks; channel: Channel | null };
type Hearer = { onData: (data: string) => void; onInterrupted: () => void };

/**
 * One visible tab's part in following a project: of all of them one leads.
 *
 * The leader has the event stream and passes on what it says; the others listen. When it closes or is hidden
 * its lock falls to another, and where it is silent for too long another takes the lock away from it. A leader
 * that finds both streams of the browser taken, by other projects, looks every few seconds instead.
 */
export class Follower {
  #projectId: string;
  #around: Surroundings;
  #hearer: Hearer;
  #over = new AbortController();
  #held: Lock[] = [];
  #stream: Stream | null = null;
  #newest: string | null = null;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #forget = () => {};

  constructor(projectId: string, around: Surroundings, hearer: Hearer) {
    this.#projectId = projectId;
    this.#around = around;
    this.#hearer = hearer;
    this.#forget = around.channel?.listen((said) => this.#hear(said)) ?? this.#forget;
    around.channel?.post({ project: projectId, kind: 'ask' });
    void this.#queue();
  }

  stop(): void {
    this.#over.abort();
    this.#forget();
    clearTimeout(this.#silence);
    this.#resign();
  }

  get #lockName(): string {
    return `eigenlabel.events.${this.#projectId}`;
  }

  /** Waits to lead; with `steal` it need not wait. */
  async #queue(steal = false): Promise<void> {
    if (!this.#around.channel) return this.#lead();
    if (!steal) this.#listenFor(SILENCE);
    const wish = steal ? { steal } : { signal: this.#over.signal };
    const onLost = () => {
      this.#resign();
      if (!this.#over.signal.aborted) void this.#queue();
    };
    const lock = await this.#around.locks.hold(this.#lockName, { ...wish, onLost });
    if (!lock) return;
    this.#held.push(lock);
    if (this.#over.signal.aborted) this.#resign();
    else await this.#lead();
  }

  async #lead(): Promise<void> {
    clearTimeout(this.#silence);
    if (this.#stream) return;
    const slot = await this.#slot();
    if (this.#over.signal.aborted || (this.#around.channel && this.#held.length === 0)) {
      slot?.release();
      return;
    }
    if (slot) this.#held.push(slot);
    const project = this.#projectId;
    const { open, channel } = this.#around;
    const hearer = {
      onData: (data: string) => {
        this.#newest = data;
        channel?.post({ project, kind: 'snapshot', data });
        this.#hearer.onData(data);
      },
      onInterrupted: () => {
        channel?.post({ project, kind: 'interrupted' });
        this.#hearer.onInterrupted();
      }
    };
    this.#stream = new Stream(open, project, hearer, slot === null);
  }

  /** Takes one of the browser's streams; null where all are in use. */
  async #slot(): Promise<Lock | null> {
    for (let number = 0; number < STREAMS; number += 1) {
      const name = `eigenlabel.stream.${number}`;
      const lock = await this.#around.locks.hold(name, { ifAvailable: true });
      if (lock) return lock;
    }
    return null;
  }

  #resign(): void {
    this.#stream?.close();
    this.#stream = null;
    this.#held.splice(0).forEach((lock) => lock.release());
  }

  #hear(said: Said): void {
    if (said.project !== this.#projectId) return;
    if (said.kind === 'ask') {
      if (!this.#stream || this.#newest === null) return;
      this.#around.channel?.post({
        project: said.project,
        kind: 'snapshot',
        data: this.#newest
      });
      return;
    }
    if (this.#stream) return;
    this.#listenFor(SILENCE);
    if (said.kind === 'snapshot') this.#hearer.onData(said.data);
    else this.#hearer.onInterrupted();
  }

  #listenFor(milliseconds: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#hearer.onInterrupted();
      void this.#queue(true);
    }, milliseconds);
  }
}
