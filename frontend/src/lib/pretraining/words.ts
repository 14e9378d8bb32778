import type { Encoder, PretrainConfig } from '$lib/api/types';
import { count, counted, duration, percent, total } from '$lib/format';
import type { Backbone, Mode, Stem } from './draft';

type Words = { title: string; hint: string };

/** What each mode learns from, in one sentence. */
const MODE_WORDS: Record<Mode, Words> = {
  tup: {
    title: 'Source and your images together (TUP)',
    hint: 'Recommended: learns from the source and, in each epoch, from a fixed share of your own images.'
  },
  vup: {
    title: 'The source alone (VUP)',
    hint: 'The control: your images are not seen, so the encoder knows nothing of them in particular.'
  },
  uf: {
    title: 'Your images alone, from an encoder that is there (UF)',
    hint: 'Goes on training an encoder on your images only, one that was pretrained here or came as a checkpoint with its heads: quick, but it forgets some of what it knew.'
  }
};

const BACKBONE_WORDS: Record<Backbone, Words> = {
  resnet_small: {
    title: 'Small ResNet',
    hint: 'For digits, letters and other small images; works without a graphics card.'
  },
  resnet18: {
    title: 'ResNet-18',
    hint: 'For small pictures with more in them; wants a graphics card or patience.'
  },
  resnet50: {
    title: 'ResNet-50',
    hint: "The paper's network, for photographs; needs a graphics card."
  },
  resnet_small_gn_ws: {
    title: 'Small ResNet without BatchNorm',
    hint: 'As the small ResNet, with GroupNorm and standardised weights: images do not depend on their batch.'
  },
  resnet50_gn_ws: {
    title: 'ResNet-50 without BatchNorm (BiT)',
    hint: "BiT's network, with GroupNorm and standardised weights; needs a graphics card."
  }
};

const STEM_TITLES: Record<Stem, string> = {
  small_image: 'Fine, for small images',
  imagenet: 'Coarse, for photographs'
};

const listed = <Name extends string>(words: Record<Name, Words>) =>
  (Object.entries(words) as [Name, Words][]).map(([name, each]) => ({ name, ...each }));

export const MODES = listed(MODE_WORDS);
export const BACKBONES = listed(BACKBONE_WORDS);

const TITLES: Record<string, Record<string, string>> = {
  stem: STEM_TITLES,
  head: { mlp: 'Two layers', linear: 'One layer' },
  schedule: { cosine_step: 'With each step', cosine_epoch: 'Once an epoch' }
};

/** Returns a value of a choice as people read it; one without words of its own by its name. */
export function choiceTitle(setting: string, value: string): string {
  const plain = value.replaceAll('_', ' ');
  return TITLES[setting]?.[value] ?? plain[0]!.toUpperCase() + plain.slice(1);
}

const SHORT: Record<Mode, string> = { tup: 'TUP', vup: 'VUP', uf: 'UF' };

/** Returns the name that a new encoder gets unless a person writes another: `TUP on digits`. */
export function suggestedName(mode: Mode, source: string | null, project: string): string {
  const name = mode === 'uf' || !source ? project : source;
  return `${SHORT[mode]} on ${name}`.slice(0, 120);
}

/** Returns what the share means for the project's images, once it is known. */
export function drawsInWords(draws: number | null, images: number): string {
  if (draws === null)
    return 'How many of your images that is shows once a source is chosen and counted.';
  if (images === 0) return 'The project has no images to label yet.';
  const told = `About ${count(draws)} of your images per epoch`;
  if (draws <= 1.5 * images) return `${told}.`;
  return `${told}: each of the ${count(images)} about ${counted(Math.round(draws / images), 'time')}.`;
}

/** Returns a long duration as people guess it: about 12 minutes, about 3.5 hours. */
export function roughly(seconds: number): string {
  if (seconds < 50) return 'less than a minute';
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `about ${counted(minutes, 'minute')}`;
  const hours = seconds / 3600;
  if (hours < 36) return `about ${hours < 10 ? halves(hours) : Math.round(hours)} hours`;
  return `about ${halves(hours / 24)} days`;
}

const halves = (value: number): string => String(Math.round(2 * value) / 2);

/** Returns whether further training took over the heads of the encoder it goes on from, in words. */
function headsOf({ heads, heads_why }: Record<string, unknown>): string | null {
  if (heads === 'kept') return 'Those of that encoder';
  return heads === 'new' ? `New: ${heads_why as string}` : null;
}

/** Returns which images of known class a pretraining was measured by, in words. */
function measuredBy({ measured }: Record<string, unknown>): string | null {
  if (typeof measured !== 'object' || measured === null) return null;
  const { of, images, classes } = measured as { of: string; images: number; classes: number };
  const whose = of === 'target' ? 'test images' : 'images of the source';
  return `${count(images)} ${whose}, ${counted(classes, 'class', 'classes')}`;
}

/**
 * Returns what a pretraining was asked and what came of it, as terms and facts.
 *
 * `from` is the name of its source, or of the encoder it went on from, as it is now; where a source is gone, the
 * encoder may still know it.
 */
export function runFacts(
  { details }: Encoder,
  config: PretrainConfig,
  from: string | null
): [string, string][] {
  const kept = typeof details.source === 'string' ? details.source : null;
  const number = (name: string) => (typeof details[name] === 'number' ? details[name] : null);
  const [parameters, speed] = ['parameters', 'images_per_second'].map(number);
  const seconds = total((details.seconds ?? {}) as Record<string, number>);
  const shown: [string, string | null][] = [
    ['Mode', SHORT[config.mode]],
    [config.mode === 'uf' ? 'Goes on from' : 'Source', from ?? kept ?? 'deleted since'],
    ['Heads', headsOf(details)],
    ['Share of your images', config.mode === 'tup' ? percent(config.target_share, 0) : null],
    ['Network', BACKBONE_WORDS[config.backbone].title],
    ['Parameters', parameters ? count(parameters) : null],
    ['Image size', `${config.image_size} px`],
    ['Epochs', count(config.epochs)],
    ['Batch size', count(config.batch_size)],
    ['Seed', String(config.seed)],
    ['Measured by', measuredBy(details)],
    ['Images a second', speed ? count(Math.round(speed)) : null],
    ['Took', seconds ? duration(Math.round(seconds)) : null]
  ];
  return shown.filter((fact): fact is [string, string] => fact[1] !== null);
}
