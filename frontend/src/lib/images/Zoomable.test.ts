// @vitest-environment happy-dom
import { createRawSnippet, flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it } from 'vitest';
import Zoomable from './Zoomable.svelte';

let shown: object;
afterEach(async () => {
  await unmount(shown);
  document.body.replaceChildren();
});

function show(target: HTMLElement): HTMLElement {
  const size = { width: 400, height: 400 };
  const children = createRawSnippet(() => ({ render: () => '<i></i>' }));
  shown = mount(Zoomable, {
    target,
    props: { imageId: 'a', stage: size, picture: size, children }
  });
  flushSync();
  return target.querySelector('[data-zoom]')!;
}

/** Puts fingers on the picture, moves each to its next place and lifts them. */
function touch(frame: HTMLElement, ...moves: [number, number][][]): void {
  const send = (type: string, pointerId: number, [clientX, clientY] = [0, 0]) => {
    const event = new PointerEvent(type, { pointerId, clientX, clientY, bubbles: true });
    frame.dispatchEvent(event);
    flushSync();
  };
  moves[0]!.forEach((at, finger) => send('pointerdown', finger, at));
  for (const places of moves.slice(1))
    places.forEach((at, finger) => send('pointermove', finger, at));
  moves[0]!.forEach((_, finger) => send('pointerup', finger));
}

// prettier-ignore
const PINCH: [number, number][][] = [[[-20, 0], [20, 0]], [[-60, 0], [60, 0]]];

it('two fingers enlarge a picture and one moves it, and the browser keeps its hands off', () => {
  const frame = show(document.body);
  expect(frame.className).toContain('touch-none');
  touch(frame, ...PINCH);
  expect(Number(frame.dataset.zoom)).toBeGreaterThan(1.5);
  const before = frame.firstElementChild!.getAttribute('style');
  touch(frame, [[0, 0]], [[30, 20]]);
  expect(frame.firstElementChild!.getAttribute('style')).not.toBe(before);
});

it('in a dialog one finger scrolls until the picture is enlarged', () => {
  const dialog = document.body.appendChild(document.createElement('dialog'));
  const frame = show(dialog);
  expect(frame.className).toContain('touch-pan-y');
  touch(frame, ...PINCH);
  expect(frame.className).toContain('touch-none');
});
