import { createSubscriber } from 'svelte/reactivity';

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, 1000);
  return () => clearInterval(timer);
});

/** Returns the seconds since a moment; read in markup, it counts on by itself. */
export function secondsSince(iso: string): number {
  subscribe();
  return Math.max(0, (Date.now() - new Date(iso).getTime()) / 1000);
}
