import { SlipGuard, TOO_SOON, type Slip } from '$lib/browser/slips';

/** What is seen of an image: itself, that there is none to show, or that it is on its way. */
export type Sight = 'picture' | 'none' | 'fetching';

/** What is before the person's eye, and whether they have seen it long enough for a gesture to be about it. */
export class BeforeTheEye {
  /** Whether what was fetched has been seen so long that an answer counts. */
  ready = $state(false);
  #guard = new SlipGuard();
  #sight: Sight = 'fetching';
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether the image itself is seen, so that it can be given a category. */
  get pictured(): boolean {
    return this.#sight === 'picture';
  }

  /** Another thing is to be answered: nothing counts until it has been seen. */
  changed(): void {
    clearTimeout(this.#timer);
    this.#guard.changed();
    this.ready = false;
  }

  /** Something has come before the eye; without `sight`, something about the image that was there. */
  shown(at: number, sight = this.#sight): void {
    this.#guard.shown(at);
    this.#sight = sight;
    clearTimeout(this.#timer);
    this.ready = false;
    if (sight !== 'fetching') this.#timer = setTimeout(() => (this.ready = true), TOO_SOON);
  }

  /** Returns why a gesture is no answer to what is seen, or null where it is one. */
  slip(gesture: UIEvent): Slip | null {
    return this.#guard.slip(gesture);
  }
}
