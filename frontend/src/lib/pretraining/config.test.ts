import { describe, expect, it } from 'vitest';
import type { Encoder } from '$lib/api/types';
import { networkOf, pretrainConfigOf } from '$lib/encoders/kinds';
import { startingDraft, stemFor, suited, typicalSide } from './draft';
import { batchFor, epochImages, isComplete, pretrainConfig, targetDraws, tooSmall } from './config';

const draft = { ...startingDraft('moco_v2', 28), source_id: 's' };
const amounts = { source: 1797, target: 140 };

describe('what suits a collection', () => {
  it('follows the size of its images', () => {
    expect(suited(28)).toEqual({ backbone: 'resnet_small', image_size: 28 });
    expect(suited(8)).toEqual({ backbone: 'resnet_small', image_size: 16 });
    expect(suited(63)).toEqual({ backbone: 'resnet18', image_size: 64 });
    expect(suited(480)).toEqual({ backbone: 'resnet50', image_size: 224 });
    expect(suited(null)).toEqual({ backbone: 'resnet50', image_size: 224 });
    expect([28, 96, 224].map(stemFor)).toEqual(['small_image', 'small_image', 'imagenet']);
  });

  it('goes by the typical image, not by an odd one', () => {
    const image = (width: number, height = width) => ({ width, height });
    expect(typicalSide([image(4000), image(640, 480), image(640, 480)])).toBe(480);
    expect(typicalSide([])).toBeNull();
  });
});

describe('how much an epoch holds', () => {
  it('is the source and a share of it drawn from the project', () => {
    expect(targetDraws(draft, amounts)).toBe(359);
    expect(epochImages(draft, amounts)).toBe(2156);
    expect(targetDraws({ ...draft, target_share: 0.5 }, amounts)).toBe(899);
  });

  it('is one of both for the other modes', () => {
    expect(epochImages({ ...draft, mode: 'vup' }, amounts)).toBe(1797);
    expect(epochImages({ ...draft, mode: 'uf' }, { source: null, target: 140 })).toBe(140);
  });

  it('is unknown while the source is being counted', () => {
    expect(targetDraws(draft, { source: null, target: 140 })).toBeNull();
    expect(epochImages({ ...draft, mode: 'vup' }, { source: null, target: 140 })).toBeNull();
  });

  it('decides the batch, so that a small epoch has more than one step', () => {
    expect([9, 140, 2156, 50_000, null].map(batchFor)).toEqual([8, 16, 128, 256, 256]);
  });
});

describe('an epoch', () => {
  it('is too small when it does not fill one batch', () => {
    expect(tooSmall(draft, amounts)).toBeUndefined();
    expect(tooSmall({ ...draft, batch_size: 2156 }, amounts)).toBeUndefined();
    expect(tooSmall({ ...draft, batch_size: 5000 }, amounts)).toBe(
      'An epoch has 2,156 images: fewer than one batch of 5,000.'
    );
    expect(tooSmall({ ...draft, mode: 'uf' }, { source: null, target: 3 })).toContain('3 images');
    expect(tooSmall({ ...draft, batch_size: 5000 }, { ...amounts, source: null })).toBeUndefined();
  });
});

describe('the configuration', () => {
  it('is complete with what its mode needs', () => {
    expect(isComplete(draft)).toBe(true);
    expect(isComplete({ ...draft, source_id: '' })).toBe(false);
    expect(isComplete({ ...draft, mode: 'uf' })).toBe(false);
    expect(isComplete({ ...draft, mode: 'uf', initial_encoder_id: 'e' })).toBe(true);
  });

  it('lacks a number that was deleted, but not one that may be left out', () => {
    expect(isComplete({ ...draft, epochs: null })).toBe(false);
    expect(isComplete({ ...draft, batch_size: null, learning_rate: null })).toBe(true);
  });

  it('fills in what was left to the service or to other draft', () => {
    expect(pretrainConfig(draft, amounts)).toMatchObject({
      mode: 'tup',
      source_id: 's',
      initial_encoder_id: '',
      target_share: 0.2,
      backbone: 'resnet_small',
      stem: 'small_image',
      image_size: 28,
      batch_size: 128,
      learning_rate: null,
      queue_size: null
    });
    const own = { ...draft, stem: 'imagenet', batch_size: 64 } as const;
    expect(pretrainConfig(own, amounts)).toMatchObject({ stem: 'imagenet', batch_size: 64 });
  });

  it('keeps the network of the encoder that training goes on from', () => {
    const kept = { backbone: 'resnet18', stem: 'imagenet', image_size: 64 } as const;
    const config: Encoder['config'] = { kind: 'pretrain', config: kept };
    const encoder = { kind: 'pretrain', config } as Encoder;
    const further = { ...draft, mode: 'uf', initial_encoder_id: 'e' } as const;
    expect(pretrainConfig(further, amounts, pretrainConfigOf(encoder))).toMatchObject({
      mode: 'uf',
      source_id: '',
      initial_encoder_id: 'e',
      batch_size: 16,
      ...kept
    });
    expect(pretrainConfigOf({ kind: 'bundled', config: {} } as Encoder)).toBeNull();
  });

  it('goes on from a checkpoint of others whose network is known', () => {
    const theirs = (architecture: string) =>
      ({
        kind: 'checkpoint',
        config: {},
        details: { architecture, image_size: 224 }
      }) as unknown as Encoder;
    const network = { backbone: 'resnet50', stem: 'imagenet', image_size: 224 };
    expect(networkOf(theirs('resnet50_simclr'))).toEqual(network);
    expect(networkOf(theirs('resnetv2_50x1_bit_s'))).toBeNull();
    expect(networkOf({ kind: 'bundled', config: {} } as Encoder)).toBeNull();
    const further = { ...draft, mode: 'uf', initial_encoder_id: 'e' } as const;
    expect(pretrainConfig(further, amounts, networkOf(theirs('resnet50')))).toMatchObject(network);
  });
});
