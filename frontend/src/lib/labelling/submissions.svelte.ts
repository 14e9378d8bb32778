import { ApiProblem, asProblem } from '$lib/api/problem';
import type { Audit, LeaseItem, Schemas, Skip } from '$lib/api/types';
import { StoredList } from '$lib/browser/stored-list';

/** A category, the name of one that may be new, or a skip. */
export type Answer = { category_id: string } | { category_name: string } | { skip: Skip };

/** Whether an answer gives a label. */
export const isLabel = (answer: Answer): boolean => !('skip' in answer);

/** The images of a cluster that an answer settles too, and those that it is not about. */
export type Settled = { image_ids: string[]; dropped_image_ids: string[] };

/** One answer to an image on its way to the service, or (without an answer) the undo of one. */
export type AnswerSubmission = {
  key: string;
  /** Missing for the queries of a round. */
  kind?: 'audit';
  /** The query, or the place of the audit. */
  queryId: string;
  answer: Answer | null;
  seconds: number | null;
  /** Missing in what earlier releases stored. */
  imageId?: string;
  /** The round, or the audit, that it is of. */
  roundId?: string;
  /** The version of the answer that this one corrects. */
  version?: number | null;
  /** What the answer says of the rest of its cluster. */
  cluster?: Settled;
  /** Whether the answer stands already, and this one adds its cluster to it. */
  extends?: boolean;
  /** The answer that this undo takes back, to be seen again after a reload. */
  undone?: Answer;
};

/** A page of a review on its way to the service, or (without an answer) the undo of one. */
export type PageSubmission = {
  key: string;
  kind: 'page';
  /** The page. */
  queryId: string;
  /** The review. */
  roundId: string;
  /** Its first image, and how many it has. */
  imageId?: string;
  images: number;
  answer: Schemas['PageAnswer'] | null;
  /** What this undo takes back, where that is known. */
  undone?: Schemas['PageAnswer'] | null;
  extends?: never;
};

export type Submission = AnswerSubmission | PageSubmission;

/** Returns whether a submission is an answer to an image of this round or audit. */
export function isAnswerOf(
  roundId: string,
  submission: Submission
): submission is AnswerSubmission {
  return submission.kind !== 'page' && submission.roundId === roundId;
}

/** What the service says to a submission; `audit` is null where the audit had ended before. */
export type Reply = {
  /** The query of an undo, where that is the caller's to answer again. */
  item?: LeaseItem | null;
  audit?: Audit | null;
  confirmed?: Schemas['ConfirmedPage'];
  undone?: Schemas['UndonePage'];
};

export type Refused = { submission: Submission; problem: ApiProblem };

/** What hears of answers given here, that arrived, and that were refused; true where it has seen to the last. */
export type Listener = {
  given?: (submission: Submission) => void;
  accepted?: (submission: Submission, reply: Reply) => void;
  refused?: (submission: Submission, problem: ApiProblem) => boolean;
};

type Dependencies = {
  /** Sends one; null where the service has nothing to say to it. */
  send: (submission: Submission) => Promise<Reply | null>;
  store?: StoredList<Submission>;
  wait?: (milliseconds: number) => Promise<void>;
};

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

const sleep = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/**
 * Sends answers one after another, in the order they were given, while the hand is already further on.
 *
 * A failed send is repeated under its own key until the service answers; answers wait in local storage, so
 * that neither a lost connection nor a reload loses one. What the service refuses goes to whoever listens, and
 * is kept and shown where nobody sees to it.
 */
export class SubmitQueue {
  pending = $state.raw<Submission[]>([]);
  refused = $state.raw<Refused[]>([]);
  /** Why the first pending answer has not gone through yet. */
  problem = $state.raw<ApiProblem | null>(null);
  /** Resolves once what an earlier page left behind is among `pending`. */
  ready: Promise<void> = Promise.resolve();

  #dependencies: Dependencies;
  #listeners = new Set<Listener>();
  #sending = false;
  #blocked = false;
  #wake = () => {};
  #whenIdle: (() => void)[] = [];

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
    this.pending = dependencies.store?.read() ?? [];
  }

  /** Tells `listener` of what becomes of answers; returns the function that stops that. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  has(queryId: string): boolean {
    return this.pending.some((submission) => submission.queryId === queryId);
  }

  add(submission: Submission): void {
    this.#listeners.forEach((each) => each.given?.(submission));
    this.#set([...this.pending, submission]);
    void this.run();
  }

  /** Takes over what another page left behind; it was given earlier, so it goes first. */
  adopt(submissions: Submission[]): void {
    const known = new Set(this.pending.map(({ key }) => key));
    const fresh = submissions.filter(({ key }) => !known.has(key));
    const [first, ...rest] = this.pending;
    const under = this.#sending && first ? [first] : [];
    this.#set([...under, ...fresh, ...(under.length ? rest : this.pending)]);
    void this.run();
  }

  /** Takes back an answer that has not left yet, and returns it; null where there was none. */
  withdraw(queryId: string): Submission | null {
    const unsent = this.#sending ? this.pending.slice(1) : this.pending;
    const found = unsent.findLast((submission) => submission.queryId === queryId);
    if (!found) return null;
    this.#set(this.pending.filter((submission) => submission !== found));
    return found;
  }

  /** Sends what is pending at once; also after a refusal that needed the person, such as signing in again. */
  async run(): Promise<void> {
    this.#wake();
    if (this.#sending) return;
    this.#blocked = false;
    this.#sending = true;
    while (this.pending.length > 0 && !this.#blocked) await this.#sendFirst(this.pending[0]!);
    this.#sending = false;
    if (this.pending.length === 0) this.#whenIdle.splice(0).forEach((resolve) => resolve());
  }

  /** Sends nothing more; what is pending stays stored. */
  stop(): void {
    this.#blocked = true;
    this.#listeners.clear();
  }

  /** Resolves once nothing is pending. */
  async idle(): Promise<void> {
    if (this.pending.length === 0) return;
    await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  dismiss(refused: Refused): void {
    this.refused = this.refused.filter((each) => each !== refused);
  }

  async #sendFirst(submission: Submission): Promise<void> {
    for (let pause = FIRST_WAIT; ; pause = Math.min(2 * pause, LONGEST_WAIT)) {
      try {
        const reply = (await this.#dependencies.send(submission)) ?? {};
        this.#drop(submission);
        this.#listeners.forEach((each) => each.accepted?.(submission, reply));
        return;
      } catch (error) {
        const problem = asProblem(error);
        if (problem.status !== 401 && !problem.retryable) return this.#refuse(submission, problem);
        this.problem = problem;
        if (problem.status === 401) this.#blocked = true;
        else await this.#wait(pause);
        if (this.#blocked) return;
      }
    }
  }

  /** Pauses before the next try, or until somebody calls `run`. */
  async #wait(pause: number): Promise<void> {
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    await Promise.race([(this.#dependencies.wait ?? sleep)(pause), woken]);
  }

  #refuse(submission: Submission, problem: ApiProblem): void {
    this.#drop(submission);
    // The undo of an answer that never came to be has nothing to take back.
    const undo = ({ answer, queryId }: Submission) => !answer && queryId === submission.queryId;
    if (submission.answer && !submission.extends && this.pending.some(undo)) {
      this.#set(this.pending.filter((each) => !undo(each)));
      return;
    }
    const seenTo = [...this.#listeners].map((each) => each.refused?.(submission, problem) ?? false);
    if (!seenTo.includes(true)) this.refused = [...this.refused, { submission, problem }];
  }

  #drop(submission: Submission): void {
    this.problem = null;
    this.#set(this.pending.filter((each) => each !== submission));
  }

  #set(pending: Submission[]): void {
    this.pending = pending;
    this.#dependencies.store?.write(pending);
  }
}
