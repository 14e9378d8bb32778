import { describe, expect, it } from 'vitest';
import { fitImage } from './fit';

const STAGE = { width: 1000, height: 600 };

describe('fitting an image to the stage', () => {
  it('scales a digit by the largest whole number', () => {
    expect(fitImage({ width: 28, height: 28 }, STAGE)).toEqual({
      width: 588,
      height: 588,
      pixelated: true
    });
  });

  it('counts device pixels, so that a whole multiple stays whole on a dense screen', () => {
    const { width } = fitImage({ width: 32, height: 32 }, { width: 50, height: 50 }, 2);
    expect(width).toBe(48);
    expect((width * 2) % 32).toBe(0);
  });

  it('fills the stage with a photo and keeps its shape', () => {
    expect(fitImage({ width: 512, height: 384 }, STAGE)).toEqual({
      width: 800,
      height: 600,
      pixelated: false
    });
  });

  it('shrinks a large photo', () => {
    const { width, height } = fitImage({ width: 4000, height: 1000 }, STAGE);
    expect([width, height]).toEqual([1000, 250]);
  });
});
