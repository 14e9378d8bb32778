import { tick } from 'svelte';

export const GESTURE_MEASURE = 'eigenlabel.gesture-to-paint';

/** Records, as a performance measure, the time from a gesture to the paint of what it changed. */
export async function measurePaint(gesture: Event): Promise<void> {
  const start = gesture.timeStamp;
  await tick();
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      performance.measure(GESTURE_MEASURE, { start, end: performance.now() });
      port1.close();
    };
    port2.postMessage(null);
  });
}
