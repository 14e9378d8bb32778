import { defaultsOf, type Preset } from '$lib/api/fields';
import type { PretrainConfig } from '$lib/api/types';
import { allSettings, NETWORK, schemaOf, type Method } from './settings';

export type Mode = PretrainConfig['mode'];
export type Backbone = PretrainConfig['backbone'];
export type Stem = PretrainConfig['stem'];

/**
 * What a person chooses for a pretraining: its configuration, with null where nothing is chosen.
 *
 * Null leaves the first layer and the batch size to what else is chosen, and a setting that the service does not
 * require to the service; any other is null only while nothing is typed.
 */
export type Draft = { [Name in keyof PretrainConfig]: PretrainConfig[Name] | null };

/** Chosen by the browser where they are null, by the images. */
export const BY_IMAGES = ['stem', 'batch_size'];

const SMALL_SIDE = 96;
const TINY_SIDE = 40;
const PHOTO_SIDE = 224;
const SMALLEST_SIDE = 16;

/** Returns the side of a typical image: the median of the shorter sides; null without images. */
export function typicalSide(images: readonly { width: number; height: number }[]): number | null {
  const sides = images.map(({ width, height }) => Math.min(width, height));
  return sides.toSorted((one, other) => one - other)[Math.floor(sides.length / 2)] ?? null;
}

/** Returns the network and the image size that suit images of this side: small ones are seen as they are. */
export function suited(side: number | null): { backbone: Backbone; image_size: number } {
  if (side === null || side > SMALL_SIDE) return { backbone: 'resnet50', image_size: PHOTO_SIDE };
  const image_size = Math.max(SMALLEST_SIDE, 4 * Math.ceil(side / 4));
  return { backbone: side <= TINY_SIDE ? 'resnet_small' : 'resnet18', image_size };
}

/** Returns the first layer that suits an image size: without early shrinking where there is little to shrink. */
export const stemFor = (imageSize: number | null): Stem =>
  imageSize !== null && imageSize <= SMALL_SIDE ? 'small_image' : 'imagenet';

const leftToImages = () => Object.fromEntries(BY_IMAGES.map((name) => [name, null]));

/** Returns what the form starts with for a collection whose typical image has this side. */
export const startingDraft = (method: Method, side: number | null): Draft =>
  ({ ...defaultsOf(schemaOf(method)), ...leftToImages(), ...suited(side), method }) as Draft;

type Values = Record<string, unknown>;

/** Returns a setting of a draft, by its path. */
export function valueAt(draft: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Values | null)?.[name], draft);
}

/** Changes a setting of a draft, by its path. */
export function setAt(draft: object, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop()!;
  const inner = names.reduce((object, name) => object[name] as Values, draft as Values);
  inner[last] = value;
}

/** Returns the draft for another method: what was changed is kept where it has that setting too. */
export function withMethod(draft: Draft, method: Method): Draft {
  const [before, after] = [schemaOf(draft.method!), schemaOf(method)];
  const initial = { ...defaultsOf(before), ...leftToImages() };
  const next = { ...defaultsOf(after), ...leftToImages() };
  const kept = new Set(allSettings(after).map(({ path }) => path));
  for (const { path } of allSettings(before)) {
    const value = valueAt(draft, path);
    if (kept.has(path) && value !== valueAt(initial, path)) setAt(next, path, value);
  }
  return { ...next, method } as unknown as Draft;
}

/** What a person has to learn from, which published settings do not know. */
const OF_THE_IMAGES = ['method', 'mode', 'source_id', 'initial_encoder_id', 'target_share', 'seed'];

/**
 * Returns the draft with published settings filled in, and the method's own for all that they do not name.
 *
 * What it learns from stays, and so does the network of an encoder that is trained further.
 */
export function withPreset(draft: Draft, { values }: Preset): Draft {
  const schema = schemaOf(draft.method!);
  const [own, next] = [defaultsOf(schema), structuredClone(draft)];
  const kept = [...OF_THE_IMAGES, ...(draft.mode === 'uf' ? NETWORK : [])];
  for (const { path, group } of allSettings(schema)) {
    if (!kept.includes(path) && group === undefined)
      setAt(next, path, values[path] ?? valueAt(own, path));
  }
  return next;
}
