import { connection } from '$lib/browser/connection.svelte';

const AGAIN_AFTER = 3_000;

/** Resolves after a while, as soon as the connection is back, or when nobody waits any more. */
export function later(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      forget();
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const forget = connection.onBack(done);
    const timer = setTimeout(done, AGAIN_AFTER);
    signal.addEventListener('abort', done);
  });
}
