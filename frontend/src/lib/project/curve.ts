import type { Step } from '$lib/api/types';
import { counted } from '$lib/format';

export type Point = {
  step: number;
  spent: number;
  top1: number;
  meanClass: number;
  images: number;
  /** Accuracy weighted to the pool, and how unlike it the test images are: null where they are not. */
  weighted: number | null;
  apart: number | null;
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
    const { top1, mean_class: meanClass, images, weighted = null, apart = null } = accuracy;
    return [{ step: index, spent, top1, meanClass, images, weighted, apart }];
  });
}

/** Returns in words what a point was measured after. */
export const afterWhat = ({ spent }: Point): string =>
  spent === 0 ? 'with the indicators alone' : `after ${counted(spent, 'label')}`;
