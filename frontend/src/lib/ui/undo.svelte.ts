import { asProblem } from '$lib/api/problem';

/** How long what was done can be taken back. */
export const UNDO_SECONDS = 10;
const TICK = 250;

type Deed = {
  text: string;
  /** Takes it back; what it throws is shown. */
  undo: () => Promise<void> | void;
  /** Does it for good once the time is over; left out where it is done already. */
  commit?: () => Promise<unknown>;
};

export type Toast = Deed & { id: number; left: number; failed: string | null };

/**
 * What was just done and can be taken back, for ten seconds each.
 *
 * The list belongs to the browser tab, not to a page: what is still to be committed is, wherever the person goes, also
 * when the tab is closed. Time stands still while the pointer or the focus is on the toasts.
 */
export class UndoToasts {
  items = $state.raw<Toast[]>([]);
  #next = 0;
  #paused = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  add(deed: Deed): void {
    const toast = { ...deed, id: this.#next++, left: UNDO_SECONDS * 1000, failed: null };
    this.items = [...this.items, toast];
    this.#timer ??= setInterval(() => this.#tick(), TICK);
  }

  pause(paused: boolean): void {
    this.#paused = paused;
  }

  async undo(toast: Toast): Promise<void> {
    if (!this.#take(toast)) return;
    try {
      await toast.undo();
    } catch (error) {
      this.#fail(toast, error);
    }
  }

  /** Takes the newest one back; returns whether there was one. */
  undoLast(): boolean {
    const last = this.items.findLast((toast) => toast.failed === null);
    if (last) void this.undo(last);
    return last !== undefined;
  }

  dismiss(toast: Toast): void {
    if (this.#take(toast) && toast.failed === null) void this.#commit(toast);
  }

  /** Commits everything now: the tab closes, or somebody signs out. */
  async flush(): Promise<void> {
    const open = this.items.filter((toast) => toast.failed === null);
    this.items = [];
    await Promise.all(open.map((toast) => this.#commit(toast)));
  }

  async #commit(toast: Toast): Promise<void> {
    try {
      await toast.commit?.();
    } catch (error) {
      await toast.undo();
      this.#fail(toast, error);
    }
  }

  #fail(toast: Toast, error: unknown): void {
    const { message } = asProblem(error);
    this.items = [...this.items, { ...toast, failed: message, left: Infinity }];
  }

  #take(toast: Toast): boolean {
    const there = this.items.some(({ id }) => id === toast.id);
    this.items = this.items.filter(({ id }) => id !== toast.id);
    return there;
  }

  #tick(): void {
    if (this.#paused) return;
    for (const toast of this.items) {
      toast.left -= TICK;
      if (toast.left <= 0) this.dismiss(toast);
    }
    if (this.items.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

export const undoToasts = new UndoToasts();
