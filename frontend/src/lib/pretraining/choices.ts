import type { PretrainConfig } from '$lib/api/types';

export type Mode = PretrainConfig['mode'];
export type Backbone = PretrainConfig['backbone'];
export type Stem = PretrainConfig['stem'];

/**
 * What a person chooses for a pretraining.
 *
 * Null leaves stem, batch size, learning rate and queue to what else is chosen; any other number is null only
 * while nothing is typed.
 */
export type PretrainChoices = {
  mode: Mode;
  sourceId: string;
  initialEncoderId: string;
  sharePercent: number;
  backbone: Backbone;
  imageSize: number | null;
  epochs: number | null;
  stem: Stem | null;
  batchSize: number | null;
  learningRate: number | null;
  queueSize: number | null;
  keyMomentum: number | null;
  temperature: number | null;
  weightDecay: number | null;
  projectionDim: number | null;
  batchNormSplits: number | null;
  checkpointSeconds: number | null;
  seed: number | null;
  smallestCrop: number | null;
  colourJitter: number | null;
  greyscale: number | null;
  blur: number | null;
  flip: number | null;
};

export const SMALLEST_SIDE = 16;
export const LARGEST_SIDE = 512;
const SMALL_SIDE = 96;
const TINY_SIDE = 40;
const PHOTO_SIDE = 224;

/** Returns the side of a typical image: the median of the shorter sides; null without images. */
export function typicalSide(images: readonly { width: number; height: number }[]): number | null {
  const sides = images.map(({ width, height }) => Math.min(width, height));
  return sides.toSorted((one, other) => one - other)[Math.floor(sides.length / 2)] ?? null;
}

/** Returns the network and the image size that suit images of this side: small ones are seen as they are. */
export function suited(side: number | null): { backbone: Backbone; imageSize: number } {
  if (side === null || side > SMALL_SIDE) return { backbone: 'resnet50', imageSize: PHOTO_SIDE };
  const imageSize = Math.max(SMALLEST_SIDE, 4 * Math.ceil(side / 4));
  return { backbone: side <= TINY_SIDE ? 'resnet_small' : 'resnet18', imageSize };
}

/** Returns what the form starts with for a collection whose typical image has this side. */
export function startingChoices(side: number | null): PretrainChoices {
  return {
    mode: 'tup',
    sourceId: '',
    initialEncoderId: '',
    sharePercent: 20,
    ...suited(side),
    epochs: 200,
    stem: null,
    batchSize: null,
    learningRate: null,
    queueSize: null,
    keyMomentum: 0.999,
    temperature: 0.2,
    weightDecay: 1e-4,
    projectionDim: 128,
    batchNormSplits: 1,
    checkpointSeconds: 60,
    seed: 0,
    smallestCrop: 0.2,
    colourJitter: 0.8,
    greyscale: 0.2,
    blur: 0.5,
    flip: 0.5
  };
}

/** Returns the first layer that suits an image size: without early shrinking where there is little to shrink. */
export const stemFor = (imageSize: number | null): Stem =>
  imageSize !== null && imageSize <= SMALL_SIDE ? 'small_image' : 'imagenet';
