import type { Image, LeaseItem, MyAnnotation } from '$lib/api/types';
import type { Answer } from './submissions.svelte';

/** One image to be judged. `picture` resolves to a loaded element, or to null where it cannot be shown. */
export type Task = {
  queryId: string;
  step: number;
  image: LeaseItem['image'];
  suggestions: LeaseItem['suggestions'];
  cluster: LeaseItem['cluster'] | null;
  picture: Promise<HTMLImageElement | null>;
  /** The answer that was undone or refused, to be seen again. */
  previous: Answer | null;
  /** Why the answer before was refused. */
  refused: string | null;
  /** The version of the answer that stands, where the next one is to correct it. */
  version: number | null;
};

/** A task that was answered; its picture has been let go of where that was a while ago. */
export type PastTask = Omit<Task, 'picture'> & { picture: Task['picture'] | null };

/** An answer given in this round, newest last. `task` is missing for answers from before a reload. */
export type Given = { queryId: string; imageId: string; answer: Answer; task: PastTask | null };

type Load = (imageId: string, urgent?: boolean) => Promise<HTMLImageElement | null>;

const FRESH = { previous: null, refused: null, version: null };

/** Returns the task of a leased query; its picture starts loading at once. */
export function taskFromLease(item: LeaseItem, load: Load): Task {
  return {
    queryId: item.query_id,
    step: item.step,
    image: item.image,
    suggestions: item.suggestions,
    cluster: item.cluster,
    picture: load(item.image.id),
    ...FRESH
  };
}

/** Returns the task of an answer from before a reload; what the image stood for is not known any more. */
export function taskFromImage(queryId: string, image: Image, load: Load): Task {
  return {
    queryId,
    step: 0,
    image,
    suggestions: [],
    cluster: null,
    picture: load(image.id, true),
    ...FRESH
  };
}

/** What is known of an answer from before a reload. */
export type Answered = Pick<MyAnnotation, 'query_id' | 'image_id' | 'category_id' | 'skip'>;

/** Returns answers from before a reload (newest first) as answers that can be undone, newest last. */
export function givenBefore(answers: Answered[]): Given[] {
  return answers
    .filter((each) => each.query_id !== null)
    .map((each) => ({
      queryId: each.query_id!,
      imageId: each.image_id,
      answer: each.skip ? { skip: each.skip } : { category_id: each.category_id! },
      task: null
    }))
    .reverse();
}

/** Returns the tasks of `ready` without those that were there `before` and are no longer among the caller's leases. */
export function stillHeld(ready: Task[], before: Task[], leases: LeaseItem[]): Task[] {
  const held = new Set(leases.map((item) => item.query_id));
  const isLost = (task: Task) =>
    before.includes(task) && task.previous === null && !held.has(task.queryId);
  return ready.filter((task) => !isLost(task));
}
