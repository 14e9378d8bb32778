import type { Round } from '$lib/api/types';
import {
  isLabel,
  type AnswerSubmission,
  type Listener,
  type Submission
} from './submissions.svelte';

/** Where others answer all the time, their answers bring the numbers anyway. */
const TRIES = 3;

type Kept = {
  get: () => Round | undefined;
  set: (round: Round) => void;
  /** Asks the service. */
  read: () => Promise<Round>;
};

/** Returns by how many labels an answer, or its undo, changes what was asked. */
export function labelsOf({ answer, undone, extends: extended }: AnswerSubmission): number {
  if (answer === null) return undone && !isLabel(undone) ? 0 : -1;
  return isLabel(answer) && !extended ? 1 : 0;
}

/**
 * Keeps the numbers of labels of the round that is kept here in step with the answers given here.
 *
 * An accepted answer changes the numbers only where the service has said nothing of the round since it was given:
 * what it says while an answer is on its way may count that one already. Then the round is read again, and where
 * an answer or an undo may settle more than its own image.
 */
export class Tally implements Listener {
  #roundId: string;
  #kept: Kept;
  #saidWhenGiven = new WeakMap<Submission, Round>();
  /** What the service had said, by what was made of it here. */
  #origins = new WeakMap<Round, Round>();

  constructor(roundId: string, kept: Kept) {
    this.#roundId = roundId;
    this.#kept = kept;
  }

  given = (submission: Submission): void => {
    const said = this.#said();
    if (said) this.#saidWhenGiven.set(submission, said);
  };

  accepted = (submission: Submission): void => {
    if (submission.kind) return;
    const { answer, roundId, cluster } = submission;
    if (roundId && roundId !== this.#roundId) return;
    const labels = labelsOf(submission);
    const said = this.#said();
    const known = said !== undefined && this.#saidWhenGiven.get(submission) === said;
    if (known && labels !== 0) this.#change(labels, said);
    if (cluster || answer === null || (!known && labels !== 0)) void this.#readAgain();
  };

  #change(labels: number, said: Round): void {
    const round = this.#kept.get()!;
    const outstanding = Math.max(0, round.outstanding - labels);
    this.#kept.set({ ...round, outstanding, labelled: Math.max(0, round.labelled + labels) });
    this.#origins.set(this.#kept.get()!, said);
  }

  #said(): Round | undefined {
    const round = this.#kept.get();
    return round && (this.#origins.get(round) ?? round);
  }

  /**
   * What comes while the service is asked may be older or newer than the answer to that, so it is asked again; where
   * it cannot be asked, its event stream tells later.
   */
  async #readAgain(): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const before = this.#kept.get();
      const round = await this.#kept.read().catch(() => null);
      if (!round) return;
      if (this.#kept.get() === before) return this.#kept.set(round);
    }
  }
}
