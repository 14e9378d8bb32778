import { describe, expect, it } from 'vitest';
import type { Step } from '$lib/api/types';
import { afterWhat, curvePoints } from './curve';

const step = (index: number, labelled: number, top1: number | null, labels = 0) =>
  ({
    index,
    labelled,
    labels,
    accuracy: top1 === null ? null : { top1, mean_class: top1, images: 1000 }
  }) as Step;

const spentAndTop1 = (steps: Step[], indicators: number) =>
  curvePoints(steps, indicators).map(({ spent, top1 }) => [spent, top1]);

describe('the accuracy curve', () => {
  it('keeps what is weighted to the pool, and does without it in older steps', () => {
    const apart = {
      ...step(1, 10, 0.5),
      accuracy: { top1: 0.5, mean_class: 0.5, images: 9, weighted: 0.7, apart: 0.2 }
    };
    const points = curvePoints([step(0, 0, 0.4), apart], 0);
    expect(points.map(({ weighted, apart }) => [weighted, apart])).toEqual([
      [null, null],
      [0.7, 0.2]
    ]);
  });

  it('adds up the labels spent, and skips steps that are not measured yet', () => {
    const steps = [step(1, 10, 0.72), step(0, 0, 0.61, 10), step(2, 8, 0.75), step(3, 4, null)];
    expect(spentAndTop1(steps, 10)).toEqual([
      [0, 0.61],
      [10, 0.72],
      [18, 0.75]
    ]);
  });

  it('counts what earlier rounds have spent', () => {
    expect(spentAndTop1([step(0, 0, 0.7, 64), step(1, 6, 0.72)], 10)).toEqual([
      [54, 0.7],
      [60, 0.72]
    ]);
  });

  it('says what a point was measured after', () => {
    const [start, later] = curvePoints([step(0, 0, 0.6, 10), step(1, 1, 0.7)], 10);
    expect(afterWhat(start!)).toBe('with the indicators alone');
    expect(afterWhat(later!)).toBe('after 1 label');
  });
});
