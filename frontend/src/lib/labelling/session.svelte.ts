import { asProblem, type ApiProblem } from '$lib/api/problem';
import type { Leases, LeaseItem } from '$lib/api/types';
import { answerAgain, comesBack } from './refusals';
import { HeldPictures } from './held';
import { answerTo, clusterOf, undoOf, type Of } from './sending';
import type { Service } from './service';
import type { Answer, AnswerSubmission, Reply, Settled } from './submissions.svelte';
import type { Submission, SubmitQueue } from './submissions.svelte';
import {
  givenBefore,
  stillHeld,
  taskFromImage,
  taskFromLease,
  type Given,
  type PastTask,
  type Task
} from './task';

export type Waiting = NonNullable<Leases['waiting_for']>;

/** So many images are held ahead, for a connection that breaks off. */
const AT_HAND = 30;
const REFILL_BELOW = 20;

/** One person's work on a round: the image before them, the ones behind it, and what they have answered. */
export class LabellingSession {
  current = $state.raw<Task | null>(null);
  ready = $state.raw<Task[]>([]);
  given = $state.raw<Given[]>([]);
  waiting = $state.raw<Waiting | null>(null);
  problem = $state.raw<ApiProblem | null>(null);
  started = $state(false);
  /** Called with each answer of this round that the service has accepted. */
  onAccepted: (submission: AnswerSubmission, reply: Reply) => void = () => {};
  /** Called with each answer of this round that it has refused. */
  onRefused: (submission: AnswerSubmission) => void = () => {};

  #service: Service;
  #submissions: SubmitQueue;
  #of: Of;
  #answered = new Set<string>();
  #leasing = false;
  #askedAgain = false;
  #shownAt = 0;
  #history: Promise<void> = Promise.resolve();
  #pictures: HeldPictures;
  #ended = false;
  #stop: () => void;

  constructor(service: Service, submissions: SubmitQueue, of: Of = { roundId: '' }) {
    this.#service = service;
    this.#submissions = submissions;
    this.#of = of;
    this.#pictures = new HeldPictures(service.keep);
    this.#stop = submissions.listen({
      accepted: (submission, reply) => {
        if (!this.#isOurs(submission)) return;
        if (submission.answer === null && reply.item) this.#takeBack(submission, reply.item);
        this.onAccepted(submission, reply);
      },
      refused: (submission, problem) =>
        this.#isOurs(submission) && this.#takeRefusal(submission, problem)
    });
  }

  async start(): Promise<void> {
    const ready = this.#submissions.ready.then(() => {
      for (const { queryId, answer } of this.#submissions.pending) {
        if (answer) this.#answered.add(queryId);
        else this.#answered.delete(queryId);
      }
      void this.#submissions.run();
    });
    this.#history = ready.then(() => this.#recall());
    await Promise.all([this.#history, ready.then(() => this.refill())]);
    this.started = true;
  }

  /** Hears no more of answers and loads no more images, because the page is left. */
  end(): void {
    this.#ended = true;
    this.#stop();
    this.#service.end();
  }

  /** Answers the current image, and its `cluster` too, and shows the next one in the same frame. */
  answer(answer: Answer, cluster?: Settled): void {
    const task = this.current;
    if (!task) return;
    const seconds = Math.min(86_400, (this.#service.now() - this.#shownAt) / 1000);
    this.#answered.add(task.queryId);
    this.given = [...this.given, { queryId: task.queryId, imageId: task.image.id, answer, task }];
    this.#showNext();
    this.#submissions.add(answerTo(task, answer, { of: this.#of, seconds, cluster }));
    this.#hold();
    void this.refill();
  }

  /** Adds its cluster to the last answer; undo takes both back as one. */
  extend(queryId: string, cluster: Settled): void {
    const last = this.given.at(-1);
    if (!last || last.queryId !== queryId) return;
    const unsent = this.#withdraw(queryId);
    this.#submissions.add(clusterOf(last, { of: this.#of, unsent, cluster }));
  }

  /** Brings the last answered image back, with its answer, and takes the answer back. */
  async undo(): Promise<void> {
    await this.#history;
    const last = this.given.at(-1);
    if (!last) return;
    this.given = this.given.slice(0, -1);
    const task = last.task ?? (await this.#fetchTask(last.queryId, last.imageId));
    if (!task) {
      this.given = [...this.given, last];
      return;
    }
    const withdrawn = this.#withdraw(last.queryId);
    if (!withdrawn || withdrawn.extends) this.#submissions.add(undoOf(last, this.#of));
    this.#bringBack({ ...task, previous: last.answer, refused: null, version: null });
  }

  /** Keeps enough images at hand; where there are none, learns what is being waited for. */
  async refill(): Promise<void> {
    this.#askedAgain = this.#leasing;
    if (this.#leasing || (this.current && this.ready.length >= REFILL_BELOW)) return;
    this.#leasing = true;
    try {
      if (!this.current) await this.#submissions.idle();
      const count = Math.min(50, AT_HAND + this.#submissions.pending.length);
      const before = this.ready;
      const { items, waiting_for } = await this.#service.lease(count);
      if (this.#ended) return this.#service.release(items.map((item) => item.query_id));
      if (items.length < count) this.ready = stillHeld(this.ready, before, items);
      this.#take(items);
      this.waiting = this.current ? null : (waiting_for ?? 'others');
      this.problem = null;
    } catch (error) {
      this.problem = asProblem(error);
    } finally {
      this.#leasing = false;
    }
    if (this.#askedAgain) await this.refill();
  }

  /** Extends the leases of what is at hand; what was lost meanwhile is no longer shown next. */
  async renew(): Promise<void> {
    const ids = this.atHand();
    if (ids.length === 0) return;
    try {
      const lost = new Set(await this.#service.renew(ids));
      this.ready = this.ready.filter((task) => !lost.has(task.queryId) || task.previous !== null);
      this.#hold();
    } catch (error) {
      this.problem = asProblem(error);
    }
  }

  /** Goes on after a time without a connection: what was answered meanwhile arrives first. */
  async comeBack(): Promise<void> {
    await this.#submissions.run();
    await this.renew();
    await this.refill();
  }

  /** Gives back what is held ahead, for the round is paused; the image before the person stays. */
  pause(): void {
    const ahead = this.ready.filter((task) => task.previous === null);
    this.ready = this.ready.filter((task) => task.previous !== null);
    this.#hold();
    this.#service.release(ahead.map((task) => task.queryId));
  }

  /** Lets go of images that are asked for no more: those of steps before `step`, unless one came back. */
  moveOn(step: number): void {
    const isAsked = (task: Task) => task.step >= step || task.previous !== null;
    this.ready = this.ready.filter(isAsked);
    if (this.current && !isAsked(this.current)) this.#showNext();
    this.#hold();
  }

  /** Returns the queries that are leased but not answered. */
  atHand(): string[] {
    return [this.current, ...this.ready].flatMap((task) => (task ? [task.queryId] : []));
  }

  /**
   * Learns what was answered before a reload, so that it can be undone.
   *
   * What was still on its way at the reload has to arrive first: it is the last answer, not the one before.
   */
  async #recall(): Promise<void> {
    try {
      await this.#submissions.idle();
      const mine = givenBefore(await this.#service.mine());
      const here = new Set(this.given.map((each) => each.queryId));
      const back = new Set(this.atHand());
      const before = mine.filter(({ queryId }) => !here.has(queryId) && !back.has(queryId));
      this.given = [...before, ...this.given];
    } catch (error) {
      this.problem = asProblem(error);
    }
  }

  /** Another page's session may be of the same queue; what an earlier release stored is of any round. */
  #isOurs(submission: Submission): submission is AnswerSubmission {
    const { kind, roundId } = submission;
    return kind === this.#of.kind && (!roundId || roundId === this.#of.roundId);
  }

  #withdraw(queryId: string): AnswerSubmission | null {
    const found = this.#submissions.withdraw(queryId);
    return found && this.#isOurs(found) ? found : null;
  }

  /** Makes a refused image one that can be shown again, and shows it where another answer can be accepted. */
  #takeRefusal(submission: AnswerSubmission, problem: ApiProblem): boolean {
    const { queryId, imageId, answer } = submission;
    this.onRefused(submission);
    if (answer === null || submission.extends) return false;
    this.#answered.delete(queryId);
    const given = this.given.findLast((each) => each.queryId === queryId);
    this.given = this.given.filter((each) => each !== given);
    if (!comesBack(problem) || !imageId) {
      void this.refill();
      return false;
    }
    const again = answerAgain(answer, problem);
    if (given?.task) this.#bringBack({ ...given.task, ...again });
    else
      void this.#fetchTask(queryId, imageId).then(
        (task) => task && this.#bringBack({ ...task, ...again })
      );
    return true;
  }

  async #fetchTask(queryId: string, imageId: string): Promise<Task | null> {
    try {
      return taskFromImage(queryId, await this.#service.image(imageId), this.#service.load);
    } catch (error) {
      this.problem = asProblem(error);
      return null;
    }
  }

  #bringBack(past: PastTask): void {
    const picture = past.picture ?? this.#service.load(past.image.id, true);
    const task = { ...past, picture };
    this.#answered.delete(task.queryId);
    if (this.current && this.current.queryId !== task.queryId)
      this.ready = [this.current, ...this.ready];
    this.ready = this.ready.filter((each) => each.queryId !== task.queryId);
    this.#show(task);
  }

  #take(items: LeaseItem[]): void {
    const known = new Set([...this.atHand(), ...this.#answered]);
    const fresh = items
      .filter((item) => !known.has(item.query_id))
      .map((item) => taskFromLease(item, this.#service.load));
    if (!this.current && fresh.length > 0) this.#show(fresh.shift()!);
    this.ready = [...this.ready, ...fresh];
    this.#hold();
  }

  /** Has the next pictures ready and lets go of those that are needed no more. */
  #hold(): void {
    this.given = this.#pictures.letGo(this);
    this.#pictures.decode(this);
  }

  /** Makes an image whose undo has arrived one to be judged: after a reload it may be at hand no more. */
  #takeBack({ undone }: AnswerSubmission, item: LeaseItem): void {
    const known = this.#answered.has(item.query_id) || this.atHand().includes(item.query_id);
    if (known) return this.#complete(item);
    const task = { ...taskFromLease(item, this.#service.load), previous: undone ?? null };
    if (this.current) this.ready = [task, ...this.ready];
    else this.#show(task);
    this.#hold();
  }

  /** Adds what only the service knows of a query that came back after a reload: what its image stands for. */
  #complete(item: LeaseItem): void {
    if (this.current?.queryId !== item.query_id || this.current.cluster) return;
    const { step, suggestions, cluster } = item;
    this.current = { ...this.current, step, suggestions, cluster };
  }

  #showNext(): void {
    this.#show(this.ready[0] ?? null);
    this.ready = this.ready.slice(1);
  }

  #show(task: Task | null): void {
    this.current = task;
    this.#shownAt = this.#service.now();
  }
}
