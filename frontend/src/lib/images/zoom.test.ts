import { describe, expect, it } from 'vitest';
import { dragged, enlarged, held, MOST, WHOLE, wheelFactor } from './zoom';

const PICTURE = { width: 400, height: 200 };
const STAGE = { width: 500, height: 500 };

describe('zoom', () => {
  it('leaves what is under the pointer in its place', () => {
    const point = { x: 100, y: -40 };
    const view = enlarged(enlarged(WHOLE, 2, { x: 20, y: 30 }), 1.7, point);
    const under = (at: typeof WHOLE) => (point.x - at.x) / at.scale;
    const before = enlarged(WHOLE, 2, { x: 20, y: 30 });
    expect(under(view)).toBeCloseTo(under(before));
  });

  it('stays between the whole picture and its limit', () => {
    expect(enlarged(WHOLE, 0.1, { x: 0, y: 0 })).toEqual(WHOLE);
    expect(enlarged(WHOLE, 1000, { x: 0, y: 0 }).scale).toBe(MOST);
  });

  it('never moves a picture off its stage', () => {
    const view = held({ scale: 2, x: 9000, y: -9000 }, PICTURE, STAGE);
    expect(view).toEqual({ scale: 2, x: 150, y: -0 });
    expect(held({ scale: 1, x: 50, y: 50 }, PICTURE, STAGE)).toEqual(WHOLE);
  });

  it('pans by one finger and enlarges by two', () => {
    const view = { scale: 2, x: 0, y: 0 };
    expect(dragged(view, [{ x: 1, y: 1 }], [{ x: 11, y: -4 }])).toEqual({ scale: 2, x: 10, y: -5 });
    const [near, far] = [
      [
        { x: -10, y: 0 },
        { x: 10, y: 0 }
      ],
      [
        { x: -30, y: 0 },
        { x: 30, y: 0 }
      ]
    ];
    expect(dragged(WHOLE, near, far)).toEqual({ scale: 3, x: 0, y: 0 });
  });

  it('takes a touch pad as a wheel', () => {
    const up = { deltaY: -100, deltaMode: 0, ctrlKey: false };
    expect(wheelFactor(up)).toBeGreaterThan(1);
    expect(wheelFactor({ ...up, deltaY: 100 }) * wheelFactor(up)).toBeCloseTo(1);
    expect(wheelFactor({ deltaY: -3, deltaMode: 1, ctrlKey: false })).toBeGreaterThan(1);
    expect(wheelFactor({ ...up, deltaY: -10, ctrlKey: true })).toBeGreaterThan(1.1);
  });
});
