import type { Step } from '$lib/api/types';
import { counted } from '$lib/format';

export type Point = {
  step: number;
  spent: number;
  top1: number;
  meanClass: number;
  images: number;
};

/** Returns the labels that were spent on the project before a round began: all it started with but indicators. */
export function spentBefore(steps: Step[], indicators: number): number {
  const start = steps.find((step) => step.index === 0);
  return Math.max(0, (start?.labels ?? 0) - indicators);
}

/**
 * Returns accuracy against the labels spent on the project by then.
 *
 * Indicators are given, not spent; labels of earlier rounds were spent before this one began.
 */
export function curvePoints(steps: Step[], indicators: number): Point[] {
  const inOrder = steps.toSorted((one, other) => one.index - other.index);
  let spent = spentBefore(steps, indicators);
  return inOrder.flatMap(({ index, labelled, accuracy }) => {
    spent += labelled;
    if (!accuracy) return [];
    const { top1, mean_class: meanClass, images } = accuracy;
    return [{ step: index, spent, top1, meanClass, images }];
  });
}

/** Returns in words what a point was measured after. */
export const afterWhat = ({ spent }: Point): string =>
  spent === 0 ? 'with the indicators alone' : `after ${counted(spent, 'label')}`;

/** Returns the gridlines of an axis of shares: up to 1, from just below every value, at tenths or fifths. */
export function shareTicks(values: number[]): number[] {
  const lowest = Math.max(0, Math.min(0.95, ...values) - 0.02);
  const step = lowest < 0.5 ? 0.2 : 0.1;
  const below = Math.ceil((1 - lowest) / step - 1e-9);
  return Array.from({ length: below + 1 }, (_, index) => Math.max(0, 1 - step * (below - index)));
}

/** Returns whole tick values from 0 to `last`, about `wanted` of them, at steps of 1, 2 or 5 times a power of ten. */
export function wholeTicks(last: number, wanted = 6): number[] {
  const rough = Math.max(1, last / wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough)!;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step);
}
