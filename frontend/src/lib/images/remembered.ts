import { StoredList } from '$lib/browser/stored-list';
import { sharedLocks, type Lock, type Locks } from '$lib/browser/locks';
import type { Import } from './upload.svelte';

const PATIENCE = 300;
const lockOf = (projectId: string) => `eigenlabel.upload.${projectId}`;

/** An upload that was under way: `name` is what was dropped, `as` how its files were sent. */
export type Remembered = {
  projectId: string;
  name: string;
  sent: number;
  total: number;
  as: Import;
};

/** Remembers uploads that are under way, so that a page after a reload can say that one was broken off. */
export class RememberedUploads {
  #list: StoredList<Remembered>;
  #locks: Locks;
  #held = new Map<string, Promise<Lock | null>>();

  constructor(storage: Storage, locks: Locks) {
    this.#list = new StoredList(storage, 'eigenlabel.uploads');
    this.#locks = locks;
  }

  begun(upload: Remembered): void {
    const { projectId } = upload;
    this.#list.write([...this.#others(projectId), upload]);
    const lock = () => this.#locks.hold(lockOf(projectId), { ifAvailable: true });
    if (!this.#held.has(projectId)) this.#held.set(projectId, lock());
  }

  /** So many files are sent; the upload is forgotten once none is left. */
  sent(projectId: string, sent: number, unfinished: boolean): void {
    if (!unfinished) return void this.forget(projectId);
    const known = this.#list.read().find((each) => each.projectId === projectId);
    if (known) this.#list.write([...this.#others(projectId), { ...known, sent }]);
  }

  async forget(projectId: string): Promise<void> {
    this.#list.write(this.#others(projectId));
    const held = this.#held.get(projectId);
    this.#held.delete(projectId);
    (await held)?.release();
  }

  /** Returns the uploads that no tab goes on with. */
  async brokenOff(): Promise<Remembered[]> {
    const left: Remembered[] = [];
    for (const each of this.#list.read()) {
      if (this.#held.has(each.projectId)) continue;
      // A page that is being reloaded lets go of its own a moment later.
      const signal = AbortSignal.timeout(PATIENCE);
      const lock = await this.#locks.hold(lockOf(each.projectId), { signal });
      if (!lock) continue;
      left.push(each);
      lock.release();
    }
    return left;
  }

  #others(projectId: string): Remembered[] {
    return this.#list.read().filter((each) => each.projectId !== projectId);
  }
}

let ofThisTab: RememberedUploads | undefined;

/** Returns what this browser remembers of uploads. */
export function rememberedUploads(): RememberedUploads {
  return (ofThisTab ??= new RememberedUploads(localStorage, sharedLocks()));
}
