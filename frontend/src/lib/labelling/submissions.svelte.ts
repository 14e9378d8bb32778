import { ApiProblem, asProblem } from '$lib/api/problem';
import type { LeaseItem, Skip } from '$lib/api/types';

export type Answer = { category_id: string } | { skip: Skip };

/** One answer on its way to the service, or (without an answer) the undo of one. */
export type Submission = {
  key: string;
  queryId: string;
  answer: Answer | null;
  seconds: number | null;
};

export type Refused = { submission: Submission; problem: ApiProblem };

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

type Dependencies = {
  /** Sends one; an undo returns its query where that is the caller's to answer again. */
  send: (submission: Submission) => Promise<LeaseItem | null>;
  store?: { storage: Store; key: string };
  wait?: (milliseconds: number) => Promise<void>;
};

/** Returns a new idempotency key; `crypto.randomUUID` is missing on plain http outside this machine. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0')
  ).join('');
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

const sleep = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/**
 * Sends answers one after another, in the order they were given, while the hand is already further on.
 *
 * A failed send is repeated under its own key until the service answers; answers wait in local storage, so
 * that neither a lost connection nor a reload loses one. What the service refuses is kept and shown.
 */
export class SubmitQueue {
  pending = $state.raw<Submission[]>([]);
  refused = $state.raw<Refused[]>([]);
  /** Why the first pending answer has not gone through yet. */
  problem = $state.raw<ApiProblem | null>(null);

  /** Called with each answer that the service has accepted. */
  onAccepted: (submission: Submission, item: LeaseItem | null) => void = () => {};

  #dependencies: Dependencies;
  #sending = false;
  #blocked = false;
  #whenIdle: (() => void)[] = [];

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
    this.pending = this.#restore();
  }

  has(queryId: string): boolean {
    return this.pending.some((submission) => submission.queryId === queryId);
  }

  add(submission: Submission): void {
    this.#set([...this.pending, submission]);
    void this.run();
  }

  /** Takes back an answer that has not left yet; returns whether there was one. */
  withdraw(queryId: string): boolean {
    const unsent = this.#sending ? this.pending.slice(1) : this.pending;
    const found = unsent.findLast((submission) => submission.queryId === queryId);
    if (!found) return false;
    this.#set(this.pending.filter((submission) => submission !== found));
    return true;
  }

  /** Sends what is pending; also after a refusal that needed the person, such as signing in again. */
  async run(): Promise<void> {
    if (this.#sending) return;
    this.#blocked = false;
    this.#sending = true;
    while (this.pending.length > 0 && !this.#blocked) await this.#sendFirst(this.pending[0]!);
    this.#sending = false;
    if (this.pending.length === 0) this.#whenIdle.splice(0).forEach((resolve) => resolve());
  }

  /** Resolves once nothing is pending. */
  async idle(): Promise<void> {
    if (this.pending.length === 0) return;
    await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** Sends a refused answer again. */
  retry(refused: Refused): void {
    this.dismiss(refused);
    this.add(refused.submission);
  }

  dismiss(refused: Refused): void {
    this.refused = this.refused.filter((each) => each !== refused);
  }

  async #sendFirst(submission: Submission): Promise<void> {
    const wait = this.#dependencies.wait ?? sleep;
    for (let pause = FIRST_WAIT; ; pause = Math.min(2 * pause, LONGEST_WAIT)) {
      try {
        const item = await this.#dependencies.send(submission);
        this.onAccepted(submission, item);
        break;
      } catch (error) {
        const problem = asProblem(error);
        if (problem.status === 401) {
          this.problem = problem;
          this.#blocked = true;
          return;
        }
        if (!problem.retryable) {
          this.refused = [...this.refused, { submission, problem }];
          break;
        }
        this.problem = problem;
        await wait(pause);
      }
    }
    this.problem = null;
    this.#set(this.pending.filter((each) => each !== submission));
  }

  #set(pending: Submission[]): void {
    this.pending = pending;
    const store = this.#dependencies.store;
    if (!store) return;
    try {
      if (pending.length === 0) store.storage.removeItem(store.key);
      else store.storage.setItem(store.key, JSON.stringify(pending));
    } catch {
      // Storage may be full or switched off; the answers are still kept on this page.
    }
  }

  #restore(): Submission[] {
    const store = this.#dependencies.store;
    try {
      return JSON.parse(store?.storage.getItem(store.key) ?? '[]') as Submission[];
    } catch {
      return [];
    }
  }
}
