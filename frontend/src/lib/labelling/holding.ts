/** A key or finger that is down so long asks for the cluster. */
export const HOLD_AFTER = 450;
/** A cluster that was looked at for less is not labelled by letting go. */
export const LOOKED_AT = 800;

/** Tells a key or finger that is held down from one that is let go of. */
export class Holding {
  #name: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Calls `held` where `name` is still down after a while. */
  press(name: string, held: () => void): void {
    clearTimeout(this.#timer);
    this.#name = name;
    this.#timer = setTimeout(held, HOLD_AFTER);
  }

  /** Returns whether `name` is what was held. */
  release(name: string): boolean {
    const held = this.#name === name;
    if (held) this.end();
    return held;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#name = null;
  }
}
