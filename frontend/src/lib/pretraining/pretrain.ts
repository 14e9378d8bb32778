import type { PretrainConfig } from '$lib/api/types';
import { count, counted } from '$lib/format';
import { stemFor, type PretrainChoices } from './choices';

const SMALL_BATCH = 16;
const SMALLEST_BATCH = 8;
const LARGEST_BATCH = 256;
const STEPS_WANTED = 16;

/** How many images there are to learn from; null where that is not known yet. */
export type Amounts = { source: number | null; target: number };

/** Returns how many of the project's images an epoch draws; null until the source is counted. */
export function targetDraws(
  { mode, sharePercent }: PretrainChoices,
  { source, target }: Amounts
): number | null {
  if (mode === 'vup') return 0;
  if (mode === 'uf') return target;
  return source === null ? null : Math.max(1, Math.round((sharePercent / 100) * source));
}

/** Returns how many images an epoch has; null until the source is counted. */
export function epochImages(choices: PretrainChoices, amounts: Amounts): number | null {
  const draws = targetDraws(choices, amounts);
  const source = choices.mode === 'uf' ? 0 : amounts.source;
  return draws === null || source === null ? null : source + draws;
}

/** Returns the batch that an epoch of `images` fills often enough: a power of two from 16, or 8, to 256. */
export function batchFor(images: number | null): number {
  if (images === null) return LARGEST_BATCH;
  if (images < SMALL_BATCH) return SMALLEST_BATCH;
  const rough = 2 ** Math.floor(Math.log2(Math.max(1, images / STEPS_WANTED)));
  return Math.min(LARGEST_BATCH, Math.max(SMALL_BATCH, rough));
}

/** Returns why an epoch is too small for the batch that was asked for; nothing where it is not. */
export function tooSmall(choices: PretrainChoices, amounts: Amounts): string | undefined {
  const images = epochImages(choices, amounts);
  const batch = choices.batchSize ?? batchFor(images);
  if (images === null || images >= batch) return undefined;
  return `An epoch has ${counted(images, 'image')}: fewer than one batch of ${count(batch)}.`;
}

const MAY_BE_NULL = ['stem', 'batchSize', 'learningRate', 'queueSize'];

/** Returns whether everything that the mode needs is chosen, and no number is missing. */
export function isComplete(choices: PretrainChoices): boolean {
  const chosen = choices.mode === 'uf' ? choices.initialEncoderId : choices.sourceId;
  const missing = Object.entries(choices).some(
    ([name, value]) => value === null && !MAY_BE_NULL.includes(name)
  );
  return chosen !== '' && !missing;
}

/**
 * Returns the choices as the service reads them.
 *
 * Further training on the collection alone keeps the network of the encoder it goes on from, `initial`.
 */
export function pretrainConfig(
  choices: PretrainChoices,
  amounts: Amounts,
  initial: PretrainConfig | null = null
): PretrainConfig {
  const further = choices.mode === 'uf';
  const kept = further && initial ? initial : null;
  const imageSize = kept?.image_size ?? choices.imageSize;
  return {
    method: 'moco_v2',
    mode: choices.mode,
    source_id: further ? '' : choices.sourceId,
    initial_encoder_id: further ? choices.initialEncoderId : '',
    target_share: choices.sharePercent / 100,
    backbone: kept?.backbone ?? choices.backbone,
    stem: kept?.stem ?? choices.stem ?? stemFor(imageSize),
    image_size: imageSize,
    epochs: choices.epochs,
    batch_size: choices.batchSize ?? batchFor(epochImages(choices, amounts)),
    learning_rate: choices.learningRate,
    weight_decay: choices.weightDecay,
    key_momentum: choices.keyMomentum,
    temperature: choices.temperature,
    queue_size: choices.queueSize,
    projection_dim: choices.projectionDim,
    batch_norm_splits: choices.batchNormSplits,
    checkpoint_seconds: choices.checkpointSeconds,
    augmentation: {
      smallest_crop: choices.smallestCrop,
      colour_jitter: choices.colourJitter,
      greyscale: choices.greyscale,
      blur: choices.blur,
      flip: choices.flip
    },
    seed: choices.seed
  } as PretrainConfig;
}
