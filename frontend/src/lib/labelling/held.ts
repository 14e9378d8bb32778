import type { Given, Task } from './task';

/** So many of the images behind the current one are decoded, and so many of the answered ones kept. */
const AHEAD = 5;
const BEHIND = 10;

type Held = { current: Task | null; ready: Task[]; given: Given[] };

/** The pictures that a session has in memory: what it may show soon, and what may be undone next. */
export class HeldPictures {
  #decoded = new WeakSet<Task>();
  #keep: (imageIds: string[]) => void;

  /** `keep` is told which images are still wanted. */
  constructor(keep: (imageIds: string[]) => void) {
    this.#keep = keep;
  }

  /** Decodes the next few images, so that showing one costs one paint. */
  decode({ current, ready }: Held): void {
    for (const task of [current, ...ready.slice(0, AHEAD)]) {
      if (!task || this.#decoded.has(task)) continue;
      this.#decoded.add(task);
      void task.picture.then((picture) => picture?.decode()).catch(() => {});
    }
  }

  /** Lets go of all other pictures; returns the answers with theirs, or without. */
  letGo({ current, ready, given }: Held): Given[] {
    const old = given.at(-BEHIND - 1);
    const kept = old?.task?.picture
      ? given.map((each) => (each === old ? bare(each) : each))
      : given;
    const tasks = [current, ...ready, ...kept.slice(-BEHIND).map(({ task }) => task)];
    this.#keep(tasks.flatMap((task) => (task ? [task.image.id] : [])));
    return kept;
  }
}

const bare = (given: Given): Given => ({
  ...given,
  task: given.task && { ...given.task, picture: null }
});
