import type { Encoder, PretrainConfig, Schemas } from '$lib/api/types';
import { count } from '$lib/format';

type CheckpointLayout = NonNullable<Schemas['CheckpointEncoder']['layout']>;

const LEARNT = {
  tup: 'TUP on a source and this collection',
  vup: 'VUP on a source alone',
  uf: 'UF on this collection alone'
} as const;

/** Returns the configuration of the run that `encoder` came from, where it was pretrained here. */
export function pretrainConfigOf(encoder: Encoder | undefined): PretrainConfig | null {
  if (encoder?.kind !== 'pretrain') return null;
  return (encoder.config as { config?: PretrainConfig }).config ?? null;
}

/** The networks of checkpoints of others that pretraining knows, by their architecture. */
const NETWORKS: Record<string, Pick<PretrainConfig, 'backbone' | 'stem'>> = {
  resnet18: { backbone: 'resnet18', stem: 'imagenet' },
  resnet50: { backbone: 'resnet50', stem: 'imagenet' },
  resnet50_simclr: { backbone: 'resnet50', stem: 'imagenet' }
};

/** Returns the network of an encoder that further training can go on from; null where it cannot. */
export function networkOf(encoder: Encoder | undefined): Partial<PretrainConfig> | null {
  if (encoder?.kind !== 'checkpoint') return pretrainConfigOf(encoder);
  const network = NETWORKS[encoder.details.architecture as string];
  return network ? { ...network, image_size: encoder.details.image_size as number } : null;
}

const PUBLISHED: Record<CheckpointLayout, string> = {
  moco: 'MoCo',
  simclr_v2_tensorflow: 'SimCLR v2',
  simclr_v2: 'SimCLR v2',
  bit: 'BiT',
  deepcluster_v2: 'DeepCluster v2',
  torchvision: 'A ResNet of torchvision'
};

/** Returns whose checkpoint an encoder was read from, and the file; the file alone while it is not read. */
function checkpointKind(encoder: Encoder): string {
  const file = (encoder.config as { file: string }).file;
  const read = encoder.details.checkpoint as { layout: CheckpointLayout } | undefined | null;
  return read ? `${PUBLISHED[read.layout]}, from ${file}` : `From ${file}`;
}

/** Returns what an encoder is, in words. */
export function encoderKind(encoder: Encoder): string {
  if (encoder.kind === 'bundled') return 'Comes with the service';
  if (encoder.kind === 'timm') return 'A model of timm';
  if (encoder.kind === 'checkpoint') return checkpointKind(encoder);
  if (encoder.kind === 'finetuned') return 'Learned in a round';
  return LEARNT[pretrainConfigOf(encoder)?.mode ?? 'tup'];
}

/** Returns a number that an encoder's job measured, as text; nothing where it was not measured. */
export function measured(encoder: Encoder, name: string): string {
  const value = encoder.details[name];
  return typeof value === 'number' ? count(Math.round(value)) : '';
}

/** Returns the pixels a side that an encoder is shown; of the one that comes with the service, fewer for small images. */
export function shownSize(encoder: Encoder): string {
  const size = measured(encoder, 'image_size');
  return size && encoder.kind === 'bundled' ? `up to ${size}` : size;
}

/** Returns an encoder as one line of a list: its name, what it is and what it sees. */
export function encoderLine(encoder: Encoder): string {
  const size = shownSize(encoder);
  return `${encoder.name}: ${encoderKind(encoder)}${size ? `, ${size} px` : ''}`;
}
