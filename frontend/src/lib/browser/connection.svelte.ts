/** Whether the browser says that it has no connection at all. */
class Connection {
  offline = $state(false);
  #listeners = new Set<() => void>();

  constructor() {
    if (typeof window === 'undefined' || !window.addEventListener) return;
    this.offline = navigator.onLine === false;
    addEventListener('offline', () => (this.offline = true));
    addEventListener('online', () => {
      this.offline = false;
      this.#listeners.forEach((listener) => listener());
    });
  }

  /** Calls `listener` whenever the connection is back; returns the function that stops that. */
  onBack(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

export const connection = new Connection();
