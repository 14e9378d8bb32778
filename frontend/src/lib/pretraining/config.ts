import type { PretrainConfig } from '$lib/api/types';
import { count, counted } from '$lib/format';
import { BY_IMAGES, stemFor, valueAt, type Draft } from './draft';
import { allSettings, NETWORK, schemaOf } from './settings';

const SMALL_BATCH = 16;
const SMALLEST_BATCH = 8;
const LARGEST_BATCH = 256;
const STEPS_WANTED = 16;

/** How many images there are to learn from; null where that is not known yet. */
export type Amounts = { source: number | null; target: number };

/** Returns how many of the project's images an epoch draws; null until the source is counted. */
export function targetDraws(
  { mode, target_share }: Draft,
  { source, target }: Amounts
): number | null {
  if (mode === 'vup') return 0;
  if (mode === 'uf') return target;
  return source === null ? null : Math.max(1, Math.round((target_share ?? 0) * source));
}

/** Returns how many images an epoch has; null until the source is counted. */
export function epochImages(draft: Draft, amounts: Amounts): number | null {
  const draws = targetDraws(draft, amounts);
  const source = draft.mode === 'uf' ? 0 : amounts.source;
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
export function tooSmall(draft: Draft, amounts: Amounts): string | undefined {
  const images = epochImages(draft, amounts);
  const batch = draft.batch_size ?? batchFor(images);
  if (images === null || images >= batch) return undefined;
  return `An epoch has ${counted(images, 'image')}: fewer than one batch of ${count(batch)}.`;
}

/** Returns whether everything that the mode needs is chosen, and no setting is missing. */
export function isComplete(draft: Draft): boolean {
  const chosen = draft.mode === 'uf' ? draft.initial_encoder_id : draft.source_id;
  const missing = allSettings(schemaOf(draft.method!)).some(
    ({ path, nullable }) => !nullable && !BY_IMAGES.includes(path) && valueAt(draft, path) === null
  );
  return Boolean(chosen) && !missing;
}

/**
 * Returns the draft as the service reads it.
 *
 * Further training on the collection alone keeps the network of the encoder it goes on from, `initial`.
 */
export function pretrainConfig(
  draft: Draft,
  amounts: Amounts,
  initial: Partial<PretrainConfig> | null = null
): PretrainConfig {
  const further = draft.mode === 'uf';
  const kept = Object.fromEntries(
    Object.entries(initial ?? {}).filter(([name]) => NETWORK.includes(name))
  );
  const chosen = {
    ...draft,
    source_id: further ? '' : draft.source_id,
    initial_encoder_id: further ? draft.initial_encoder_id : '',
    batch_size: draft.batch_size ?? batchFor(epochImages(draft, amounts)),
    stem: draft.stem ?? stemFor(draft.image_size)
  };
  return { ...chosen, ...(further ? kept : {}) } as PretrainConfig;
}
