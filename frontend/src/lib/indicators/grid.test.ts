import { describe, expect, it } from 'vitest';
import { neighbour } from './grid';

describe('arrow keys in a grid', () => {
  it('move by one and by a row', () => {
    expect(neighbour(5, 'ArrowRight', 4, 10)).toBe(6);
    expect(neighbour(5, 'ArrowUp', 4, 10)).toBe(1);
    expect(neighbour(5, 'ArrowDown', 4, 10)).toBe(9);
    expect([neighbour(5, 'Home', 4, 10), neighbour(5, 'End', 4, 10)]).toEqual([0, 9]);
  });

  it('stay inside, and leave other keys alone', () => {
    expect(neighbour(0, 'ArrowLeft', 4, 10)).toBeNull();
    expect(neighbour(8, 'ArrowDown', 4, 10)).toBeNull();
    expect(neighbour(8, 'a', 4, 10)).toBeNull();
  });
});
