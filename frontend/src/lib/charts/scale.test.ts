import { describe, expect, it } from 'vitest';
import { linear, linePath, nearest } from './scale';

describe('the scale of a chart', () => {
  it('takes one range to another, upside down too', () => {
    const y = linear(0.5, 1, 200, 0);
    expect([0.5, 0.75, 1].map(y)).toEqual([200, 100, 0]);
  });

  it('survives a range of one value', () => {
    expect(linear(3, 3, 10, 90)(3)).toBe(10);
  });
});

describe('a line', () => {
  it('goes through its points in order', () => {
    expect(linePath([])).toBe('');
    expect(
      linePath([
        [1, 2],
        [3.5, 4],
        [5, 6]
      ])
    ).toBe('M1 2L3.5 4L5 6');
  });

  it('is pointed at where it is nearest', () => {
    expect(nearest([10, 20, 30], 24)).toBe(1);
    expect(nearest([10, 20, 30], -5)).toBe(0);
    expect(nearest([], 1)).toBeNull();
  });
});
