import { tick } from 'svelte';

export const GESTURE_MEASURE = 'eigenlabel.gesture-to-paint';

/** Calls `then` with the time of the next paint, on the clock of `performance.now()`, once it has happened. */
export async function whenPainted(then: (at: number) => void): Promise<void> {
  await tick();
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      then(performance.now());
    };
    port2.postMessage(null);
  });
}

/** Records, as a performance measure, the time from a gesture to the paint of what it changed. */
export async function measurePaint(gesture: Event): Promise<void> {
  const start = gesture.timeStamp;
  await whenPainted((end) => performance.measure(GESTURE_MEASURE, { start, end }));
}
