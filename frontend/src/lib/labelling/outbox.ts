import { ApiProblem } from '$lib/api/problem';
import { connection } from '$lib/browser/connection.svelte';
import { sharedLocks, type Lock, type Locks } from '$lib/browser/locks';
import { newKey } from '$lib/api/new-key';
import { sendAnswer } from './service';
import { StoredList } from '$lib/browser/stored-list';
import { SubmitQueue, type Reply, type Submission } from './submissions.svelte';

const LOOK_EVERY = 15_000;
const PATIENCE = 300;

type Surroundings = {
  storage: Storage;
  locks: Locks;
  send: Send<Submission>;
};

type Send<Sent> = (userId: string, submission: Sent) => Promise<Reply | null>;
type Kind = NonNullable<Submission['kind']>;
type OfKind<Which extends Kind> = Extract<Submission, { kind?: Which }>;

/**
 * The answers of one user that are on their way, for all pages of this tab: to the queries of rounds, to audits, and
 * pages of reviews.
 *
 * Every tab stores its own under a key that it locks; what a tab that is gone has left is sent by any other page
 * of the same user, whatever it is of.
 */
export class Outbox {
  readonly queue: SubmitQueue;
  #userId: string;
  #surroundings: Surroundings;
  #key: string;
  #own: Promise<Lock | null>;
  #timer: ReturnType<typeof setInterval>;
  #forget: () => void;

  constructor(userId: string, surroundings: Surroundings) {
    this.#userId = userId;
    this.#surroundings = surroundings;
    this.#key = `${this.#prefix}${newKey()}`;
    this.#own = surroundings.locks.hold(this.#key, { ifAvailable: true });
    this.queue = new SubmitQueue({
      send: (submission) => surroundings.send(userId, submission),
      store: new StoredList<Submission>(surroundings.storage, this.#key)
    });
    this.queue.ready = this.adopt();
    this.#timer = setInterval(() => void this.adopt(), LOOK_EVERY);
    this.#forget = connection.onBack(() => void this.queue.run());
  }

  get userId(): string {
    return this.#userId;
  }

  get #prefix(): string {
    return `eigenlabel.pending.${this.#userId}.`;
  }

  /** Takes over what tabs of the same user that are gone have left. */
  async adopt(): Promise<void> {
    await Promise.all(this.#left().map((key) => this.#take(key)));
  }

  /** Sends nothing more from here; what has not arrived is left for a later sign-in. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#forget();
    this.queue.stop();
    (await this.#own)?.release();
  }

  async #take(key: string): Promise<void> {
    const { locks, storage } = this.#surroundings;
    // A page that is being reloaded lets go of its own a moment later.
    const lock = await locks.hold(key, { signal: AbortSignal.timeout(PATIENCE) });
    if (!lock) return;
    const list = new StoredList<Submission>(storage, key);
    const left = list.read();
    if (left.length > 0) this.queue.adopt(left);
    list.write([]);
    lock.release();
  }

  #left(): string[] {
    try {
      return Object.keys(this.#surroundings.storage).filter(
        (key) => key.startsWith(this.#prefix) && key !== this.#key
      );
    } catch {
      return [];
    }
  }
}

const senders = new Map<Kind, Send<never>>();

/** Has answers of another kind than those to the queries of rounds sent by `send`. */
export function alsoSend<Which extends Kind>(kind: Which, send: Send<OfKind<Which>>): void {
  senders.set(kind, send);
}

const sendSubmission: Send<Submission> = (userId, submission) => {
  if (!submission.kind) return sendAnswer(userId, submission);
  const send = senders.get(submission.kind) as Send<Submission> | undefined;
  if (!send) throw new ApiProblem(0, 'This page cannot send the answer; another one does.');
  return send(userId, submission);
};

let current: Outbox | null = null;

/** Returns the queue of a user's answers on this page; that of another user is closed. */
export function outboxOf(userId: string): SubmitQueue {
  if (current?.userId === userId) return current.queue;
  closeOutbox();
  current = new Outbox(userId, {
    storage: localStorage,
    locks: sharedLocks(),
    send: sendSubmission
  });
  return current.queue;
}

/** Sends nothing more, because the user has signed out. */
export function closeOutbox(): void {
  void current?.close();
  current = null;
}
