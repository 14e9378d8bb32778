import { describe, expect, it } from 'vitest';
import { enclosingTicks, shareTicks, tickLabels, wholeTicks } from './ticks';

describe('the ticks of an axis', () => {
  it('of shares start a little below the lowest value', () => {
    const round = (ticks: number[]) => ticks.map((tick) => Math.round(100 * tick));
    expect(round(shareTicks([0.61, 0.8]))).toEqual([50, 60, 70, 80, 90, 100]);
    expect(round(shareTicks([0.43]))).toEqual([40, 60, 80, 100]);
    expect(round(shareTicks([0.01]))).toEqual([0, 20, 40, 60, 80, 100]);
    expect(round(shareTicks([0.999]))).toEqual([90, 100]);
  });

  it('of counts are whole numbers', () => {
    expect(wholeTicks(90)).toEqual([0, 20, 40, 60, 80]);
    expect(wholeTicks(6)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(wholeTicks(0)).toEqual([0]);
  });

  it.each([
    [
      [7.9, 4.2],
      ['4', '6', '8']
    ],
    [
      [-3.62, -1.1],
      ['\u22124', '\u22123', '\u22122', '\u22121']
    ],
    [
      [0.31, 0.48],
      ['0.3', '0.4', '0.5']
    ],
    [
      [5, 5.001],
      ['5.0', '5.2']
    ],
    [[], ['0', '1']]
  ])('of %j are %j', (values, labels) => {
    expect(tickLabels(enclosingTicks(values))).toEqual(labels);
  });

  it('never leave a value outside', () => {
    for (let low = -5; low < 5; low += 0.37) {
      for (const width of [0, 0.0004, 0.2, 1, 37]) {
        const ticks = enclosingTicks([low + width, low]);
        expect(ticks[0]!).toBeLessThanOrEqual(low + 1e-9);
        expect(ticks.at(-1)!).toBeGreaterThanOrEqual(low + width - 1e-9);
        expect(ticks.length).toBeLessThanOrEqual(6);
      }
    }
  });
});
