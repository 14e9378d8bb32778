import { describe, expect, it } from 'vitest';
import { columnsOf, pageSize } from './grid';

describe('the size of a page', () => {
  it.each([
    [1090, 560, 112, 9, 36],
    [352, 400, 84, 4, 16],
    [352, 60, 240, 2, 6],
    [3800, 2000, 56, 63, 200]
  ])('in %i x %i with thumbnails of %i', (width, height, tile, columns, images) => {
    const room = { width, height };
    expect([columnsOf(room, tile), pageSize(room, tile)]).toEqual([columns, images]);
  });
});
