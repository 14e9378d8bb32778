/** A gesture within this time of what it would answer cannot be meant for it: nobody sees and judges so fast. */
export const TOO_SOON = 150;

type Gesture = { timeStamp: number; detail?: number; repeat?: boolean };
export type Slip = 'too-soon' | 'double' | 'held';

/**
 * Tells slips of the finger from answers: doubled clicks, taps and keys, and keys held down.
 *
 * What would be answered is told by `changed`, and when it came before the eye by `shown`, on the clock of
 * `performance.now()` and of the gestures' time stamps.
 */
export class SlipGuard {
  #shownAt = Infinity;

  changed(): void {
    this.#shownAt = Infinity;
  }

  shown(at: number): void {
    this.#shownAt = at;
  }

  /** Returns why a gesture is no answer to what is shown, or null where it is one. */
  slip({ timeStamp, detail = 0, repeat = false }: Gesture): Slip | null {
    if (repeat) return 'held';
    if (detail > 1) return 'double';
    return timeStamp - this.#shownAt < TOO_SOON ? 'too-soon' : null;
  }
}
