/** Images up to this many pixels on both sides are shown pixel by pixel, in whole multiples. */
export const SMALL_IMAGE = 128;

export type Fit = { width: number; height: number; pixelated: boolean };

type Size = { width: number; height: number };

/**
 * Returns the size in CSS pixels at which an image fits a stage.
 *
 * Small images are scaled by a whole number of device pixels and kept crisp; others as large as they fit.
 */
export function fitImage(image: Size, stage: Size, pixelRatio = 1): Fit {
  const scale = Math.min(stage.width / image.width, stage.height / image.height);
  if (Math.max(image.width, image.height) > SMALL_IMAGE || scale * pixelRatio < 1) {
    return {
      width: Math.floor(image.width * scale),
      height: Math.floor(image.height * scale),
      pixelated: false
    };
  }
  const whole = Math.floor(scale * pixelRatio) / pixelRatio;
  return { width: image.width * whole, height: image.height * whole, pixelated: true };
}
