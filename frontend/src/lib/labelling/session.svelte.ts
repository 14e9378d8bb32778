import { asProblem, type ApiProblem } from '$lib/api/problem';
import type { Image, Leases, LeaseItem, MyAnnotation } from '$lib/api/types';
import { newKey, type Answer, type Submission, type SubmitQueue } from './submissions.svelte';
import { givenBefore, taskFromImage, taskFromLease, type Given, type Task } from './task';

export type Waiting = NonNullable<Leases['waiting_for']>;

/** What a session needs from outside; tests bring their own. */
export type Service = {
  lease: (count: number) => Promise<Leases>;
  renew: (queryIds: string[]) => Promise<string[]>;
  mine: () => Promise<MyAnnotation[]>;
  image: (imageId: string) => Promise<Image>;
  decode: (imageId: string) => Promise<HTMLImageElement | null>;
  now: () => number;
};

const AT_HAND = 5;
const REFILL_BELOW = 3;

/** One person's work on a round: the image before them, the ones behind it, and what they have answered. */
export class LabellingSession {
  current = $state.raw<Task | null>(null);
  ready = $state.raw<Task[]>([]);
  given = $state.raw<Given[]>([]);
  waiting = $state.raw<Waiting | null>(null);
  problem = $state.raw<ApiProblem | null>(null);
  started = $state(false);
  /** Called with each answer that the service has accepted. */
  onAccepted: (submission: Submission) => void = () => {};

  #service: Service;
  #submissions: SubmitQueue;
  #answered = new Set<string>();
  #leasing = false;
  #askedAgain = false;
  #shownAt = 0;
  #history: Promise<void> = Promise.resolve();

  constructor(service: Service, submissions: SubmitQueue) {
    this.#service = service;
    this.#submissions = submissions;
    for (const submission of submissions.pending) this.#answered.add(submission.queryId);
    submissions.onAccepted = (submission, item) => {
      if (submission.answer === null && item) this.#complete(item);
      this.onAccepted(submission);
    };
  }

  async start(): Promise<void> {
    void this.#submissions.run();
    this.#history = this.#recall();
    await Promise.all([this.#history, this.refill()]);
    this.started = true;
  }

  /** Answers the current image and shows the next one in the same frame. */
  answer(answer: Answer): void {
    const task = this.current;
    if (!task) return;
    const seconds = Math.min(86_400, (this.#service.now() - this.#shownAt) / 1000);
    this.#answered.add(task.queryId);
    this.#submissions.add({
      key: newKey(),
      queryId: task.queryId,
      answer,
      seconds: Math.round(seconds * 100) / 100
    });
    this.given = [...this.given, { queryId: task.queryId, imageId: task.image.id, answer, task }];
    this.#show(this.ready[0] ?? null);
    this.ready = this.ready.slice(1);
    void this.refill();
  }

  /** Brings the last answered image back, with its answer, and takes the answer back. */
  async undo(): Promise<void> {
    await this.#history;
    const last = this.given.at(-1);
    if (!last) return;
    this.given = this.given.slice(0, -1);
    let task = last.task;
    if (!task) {
      try {
        const image = await this.#service.image(last.imageId);
        task = taskFromImage(last, image, this.#service.decode);
      } catch (error) {
        this.given = [...this.given, last];
        this.problem = asProblem(error);
        return;
      }
    }
    if (!this.#submissions.withdraw(last.queryId)) {
      this.#submissions.add({
        key: newKey(),
        queryId: last.queryId,
        answer: null,
        seconds: null
      });
    }
    this.#answered.delete(last.queryId);
    if (this.current) this.ready = [this.current, ...this.ready];
    this.ready = this.ready.filter((each) => each.queryId !== last.queryId);
    this.#show({ ...task, previous: last.answer });
  }

  /** Keeps enough images at hand; where there are none, learns what is being waited for. */
  async refill(): Promise<void> {
    this.#askedAgain = this.#leasing;
    if (this.#leasing || (this.current && this.ready.length >= REFILL_BELOW)) return;
    this.#leasing = true;
    try {
      if (!this.current) await this.#submissions.idle();
      const count = Math.min(50, AT_HAND + this.#submissions.pending.length);
      const { items, waiting_for } = await this.#service.lease(count);
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
      this.ready = this.ready.filter((task) => !lost.has(task.queryId));
    } catch (error) {
      this.problem = asProblem(error);
    }
  }

  /** Lets go of images that are asked for no more: those of steps before `step`, unless one came back by undo. */
  moveOn(step: number): void {
    const isAsked = (task: Task) => task.step >= step || task.previous !== null;
    this.ready = this.ready.filter(isAsked);
    if (!this.current || isAsked(this.current)) return;
    this.#show(this.ready[0] ?? null);
    this.ready = this.ready.slice(1);
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
      this.given = [...mine.filter((each) => !here.has(each.queryId)), ...this.given];
    } catch (error) {
      this.problem = asProblem(error);
    }
  }

  #take(items: LeaseItem[]): void {
    const known = new Set([...this.atHand(), ...this.#answered]);
    const fresh = items
      .filter((item) => !known.has(item.query_id))
      .map((item) => taskFromLease(item, this.#service.decode));
    if (!this.current && fresh.length > 0) this.#show(fresh.shift()!);
    this.ready = [...this.ready, ...fresh];
  }

  /** Adds what only the service knows of a query that came back after a reload: what its image stands for. */
  #complete(item: LeaseItem): void {
    if (this.current?.queryId !== item.query_id || this.current.cluster) return;
    const { step, suggestions, cluster } = item;
    this.current = { ...this.current, step, suggestions, cluster };
  }

  #show(task: Task | null): void {
    this.current = task;
    this.#shownAt = this.#service.now();
  }
}
