// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { CurvePoint } from '$lib/api/types';
import RunCurves from './RunCurves.svelte';

const point = (step: number, measured: Partial<CurvePoint> = {}): CurvePoint => ({
  step,
  steps: 4,
  epoch: step / 2,
  loss: 1 / step,
  alignment: 0.5,
  uniformity: -2,
  learning_rate: 0.03,
  images_per_second: 100,
  seconds_left: 4 - step,
  knn_accuracy: null,
  bcubed: null,
  ...measured
});

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

function show(points: CurvePoint[]): HTMLElement {
  const page = mount(RunCurves, { target: document.body, props: { points, epochs: 2 } });
  close = () => unmount(page);
  flushSync();
  return document.body;
}

const pointsOf = (body: HTMLElement) =>
  [...body.querySelectorAll<SVGElement>('svg[data-points]')].map((each) => each.dataset.points);

describe('the curves of a pretraining', () => {
  it('say where known classes would show, while none has been measured', () => {
    const body = show([point(1), point(2)]);
    expect(pointsOf(body)).toEqual(['2', '2', '2']);
    expect(body.textContent).toContain('where test images have a category');
  });

  it('show how well classes separate, at the points where it was measured', () => {
    const measured = point(2, { knn_accuracy: 0.625, bcubed: 0.25 });
    const body = show([point(1), measured, point(3)]);
    expect(pointsOf(body)).toEqual(['3', '3', '3', '1', '1']);
    expect(body.textContent).toContain('the 20 most alike name');
    body.querySelector('button')!.click();
    flushSync();
    const rows = [...body.querySelectorAll('tbody tr')].map((row) =>
      [...row.querySelectorAll('td')].slice(5, 7).map((cell) => cell.textContent?.trim())
    );
    expect(rows).toEqual([
      ['', ''],
      ['0.625', '0.250'],
      ['', '']
    ]);
  });
});
