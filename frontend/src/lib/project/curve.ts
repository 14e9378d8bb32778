import type { Step } from '$lib/api/types';
import { counted } from '$lib/format';

export type Point = {
  step: number;
  spent: number;
  top1: number;
  meanClass: number;
  images: number;
};

/** Returns accuracy against labels spent so far; indicators are given, so the first point has spent none. */
export function curvePoints(steps: Step[]): Point[] {
  let spent = 0;
  return steps
    .toSorted((one, other) => one.index - other.index)
    .flatMap(({ index, labelled, accuracy }) => {
      spent += labelled;
      if (!accuracy) return [];
      const { top1, mean_class: meanClass, images } = accuracy;
      return [{ step: index, spent, top1, meanClass, images }];
    });
}

/** Returns in words what a point was measured after. */
export const afterWhat = ({ spent }: Point): string =>
  spent === 0 ? 'with the indicators alone' : `after ${counted(spent, 'label')}`;

/** Returns the lowest gridline: a multiple of a tenth just below every value, so that no drop is exaggerated. */
export function floorOf(values: number[]): number {
  const lowest = Math.min(1, ...values);
  return Math.max(0, Math.floor(lowest * 10 - 0.5) / 10);
}

/** Returns whole tick values from 0 to `last`, about `wanted` of them, at steps of 1, 2 or 5 times a power of ten. */
export function wholeTicks(last: number, wanted = 6): number[] {
  const rough = Math.max(1, last / wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough)!;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step);
}
