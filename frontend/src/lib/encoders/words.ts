import { count, counted } from '$lib/format';
import type { Backbone, Mode } from './choices';

/** What each mode learns from, in one sentence. */
export const MODES: { mode: Mode; title: string; hint: string }[] = [
  {
    mode: 'tup',
    title: 'Source and your images together (TUP)',
    hint: 'Recommended: learns from the source and, in each epoch, from a fixed share of your own images.'
  },
  {
    mode: 'vup',
    title: 'The source alone (VUP)',
    hint: 'The control: your images are not seen, so the encoder knows nothing of them in particular.'
  },
  {
    mode: 'uf',
    title: 'Your images alone, from an encoder that is there (UF)',
    hint: 'Goes on training an encoder that was pretrained here on your images only; quick, but it forgets.'
  }
];

export const BACKBONES: { backbone: Backbone; title: string; hint: string }[] = [
  {
    backbone: 'resnet_small',
    title: 'Small ResNet',
    hint: 'For digits, letters and other small images; works without a graphics card.'
  },
  {
    backbone: 'resnet18',
    title: 'ResNet-18',
    hint: 'For small pictures with more in them; wants a graphics card or patience.'
  },
  {
    backbone: 'resnet50',
    title: 'ResNet-50',
    hint: "The paper's network, for photographs; needs a graphics card."
  }
];

const SHORT: Record<Mode, string> = { tup: 'TUP', vup: 'VUP', uf: 'UF' };

/** Returns the name that a new encoder gets unless a person writes another: `TUP on digits`. */
export function suggestedName(mode: Mode, source: string | null, project: string): string {
  const name = mode === 'uf' || !source ? project : source;
  return `${SHORT[mode]} on ${name}`.slice(0, 120);
}

/** Returns what the share means for the project's images, once it is known. */
export function drawsInWords(draws: number | null, images: number): string {
  if (draws === null) return 'How many of your images that is shows once the source is counted.';
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
