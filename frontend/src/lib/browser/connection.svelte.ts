import type { ApiProblem } from '$lib/api/problem';

/** What the browser says of its connection. */
class Connection {
  /** It says so as well on a machine without a network, whose own services answer all the same. */
  saysOffline = $state(false);
  #listeners = new Set<() => void>();

  constructor() {
    if (typeof window === 'undefined' || !window.addEventListener) return;
    this.saysOffline = navigator.onLine === false;
    addEventListener('offline', () => (this.saysOffline = true));
    addEventListener('online', () => {
      this.saysOffline = false;
      this.#listeners.forEach((listener) => listener());
    });
  }

  /** Returns whether there is no connection: the browser says so, and one of the requests had no answer. */
  isOffline(...problems: (ApiProblem | null)[]): boolean {
    return this.saysOffline && problems.some((problem) => problem?.status === 0);
  }

  /** Calls `listener` whenever the connection is back; returns the function that stops that. */
  onBack(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

export const connection = new Connection();
