import type { Category } from '$lib/api/types';
import { isFresh } from '$lib/categories/fresh';
import { ClusterChoice } from './cluster.svelte';
import type { FetchCluster } from './cluster-service';
import { Holding, LOOKED_AT } from './holding';
import type { LabellingSession } from './session.svelte';
import type { Answer } from './submissions.svelte';
import type { PastTask, Task } from './task';

type Opened = { answered: boolean; by: string | null };

/** The cluster that one person looks at while they label: how it is opened, and what becomes of it. */
export class ClusterWork {
  choice = $state.raw<ClusterChoice | null>(null);

  #session: LabellingSession;
  #fetch: FetchCluster;
  #now: () => number;
  #holding = new Holding();
  #by: string | null = null;
  #shownAt = Infinity;

  constructor(session: LabellingSession, fetch: FetchCluster, now = () => performance.now()) {
    this.#session = session;
    this.#fetch = fetch;
    this.#now = now;
  }

  /** Opens the cluster of `task`, where there is one, for a category or to choose one. */
  open(task: Task | PastTask, category: Category | null, { answered, by }: Opened): void {
    if (!task.cluster || task.cluster.size < 2) return;
    const query = {
      queryId: task.queryId,
      imageId: task.image.id,
      size: task.cluster.size,
      answered
    };
    this.choice = new ClusterChoice(query, this.#fetch);
    this.#by = by;
    this.#shownAt = Infinity;
    if (category) void this.choice.choose(category);
  }

  /** Opens the cluster of the last answer where the key that gave it stays down. */
  holdAnswer(name: string, category: Category): void {
    const given = this.#session.given.at(-1);
    if (!given?.task) return;
    const { task, queryId } = given;
    this.#holding.press(name, () => {
      if (!this.choice && this.#session.given.at(-1)?.queryId === queryId)
        this.open(task, category, { answered: true, by: name });
    });
  }

  /** Opens the cluster of the image before the person where their finger stays on a category. */
  touch(category: Category, { pointerId }: { pointerId: number }): void {
    if (isFresh(category)) return;
    this.#holding.press(`pointer ${pointerId}`, () => {
      const task = this.#session.current;
      if (task && !this.choice) this.open(task, category, { answered: false, by: null });
    });
  }

  /** Returns whether letting go of `name` gives the labels: it opened the cluster, which was looked at. */
  release(name: string): boolean {
    this.#holding.release(name);
    if (this.#by !== name) return false;
    this.#by = null;
    return Boolean(this.choice?.ready) && this.#now() - this.#shownAt >= LOOKED_AT;
  }

  releaseAll(): void {
    this.#holding.end();
    this.#by = null;
  }

  /** The images of the cluster have come before the eye. */
  shown(): void {
    this.#shownAt = this.#now();
  }

  close(): void {
    this.choice = null;
    this.releaseAll();
  }

  /** Closes a cluster whose image is asked about no more. */
  follow(current: Task | null): void {
    if (this.choice && !this.choice.answered && current?.queryId !== this.choice.queryId)
      this.close();
  }

  /** Gives the labels; returns the category and how many images of the cluster have it now, null for none. */
  give(): { category: Category; weak: number; answered: boolean } | null {
    const { choice } = this;
    if (!choice?.ready || !choice.category) return null;
    const { category, settled } = choice;
    const answer: Answer = { category_id: category.id };
    this.close();
    if (choice.answered) this.#session.extend(choice.queryId, settled);
    else if (this.#session.current?.queryId === choice.queryId)
      this.#session.answer(answer, settled);
    else return null;
    return { category, weak: settled.image_ids.length, answered: choice.answered };
  }
}
