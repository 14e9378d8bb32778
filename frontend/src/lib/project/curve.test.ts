import { describe, expect, it } from 'vitest';
import type { Step } from '$lib/api/types';
import { curvePoints, floorOf, wholeTicks } from './curve';

const step = (index: number, labelled: number, top1: number | null) =>
  ({
    index,
    labelled,
    accuracy: top1 === null ? null : { top1, mean_class: top1, images: 1000 }
  }) as Step;

describe('the accuracy curve', () => {
  it('adds up the labels spent, and skips steps that are not measured yet', () => {
    const steps = [step(1, 10, 0.72), step(0, 0, 0.61), step(2, 8, 0.75), step(3, 4, null)];
    expect(curvePoints(steps).map(({ spent, top1 }) => [spent, top1])).toEqual([
      [0, 0.61],
      [10, 0.72],
      [18, 0.75]
    ]);
  });

  it('starts its axis a little below the lowest value', () => {
    expect(floorOf([0.61, 0.8])).toBeCloseTo(0.5);
    expect(floorOf([0.02])).toBe(0);
    expect(floorOf([0.999])).toBeCloseTo(0.9);
  });

  it('puts whole numbers on the axis of labels', () => {
    expect(wholeTicks(90)).toEqual([0, 20, 40, 60, 80]);
    expect(wholeTicks(6)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(wholeTicks(0)).toEqual([0]);
  });
});
