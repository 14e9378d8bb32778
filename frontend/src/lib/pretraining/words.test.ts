import { describe, expect, it } from 'vitest';
import type { Encoder, PretrainConfig } from '$lib/api/types';
import { drawsInWords, roughly, runFacts, suggestedName } from './words';

describe('pretraining in words', () => {
  it('guesses durations as people do', () => {
    expect([3, 61, 720, 5300, 12_600, 50_000, 200_000].map(roughly)).toEqual([
      'less than a minute',
      'about 1 minute',
      'about 12 minutes',
      'about 88 minutes',
      'about 3.5 hours',
      'about 14 hours',
      'about 2.5 days'
    ]);
  });

  it('says how many images the share draws', () => {
    expect(drawsInWords(359, 4000)).toBe('About 359 of your images per epoch.');
    expect(drawsInWords(359, 120)).toBe(
      'About 359 of your images per epoch: each of the 120 about 3 times.'
    );
    expect(drawsInWords(null, 120)).toContain('once a source is chosen');
    expect(drawsInWords(359, 0)).toContain('no images');
  });

  it('names an encoder after what it learns from', () => {
    expect(suggestedName('tup', 'small digits', 'Post codes')).toBe('TUP on small digits');
    expect(suggestedName('uf', 'small digits', 'Post codes')).toBe('UF on Post codes');
    expect(suggestedName('vup', null, 'Post codes')).toBe('VUP on Post codes');
  });

  it('lists what a run was asked and what came of it', () => {
    const config = {
      mode: 'tup',
      target_share: 0.2,
      backbone: 'resnet_small',
      image_size: 28,
      epochs: 200,
      batch_size: 128,
      seed: 0
    } as PretrainConfig;
    const encoder = {
      details: {
        images_per_second: 1210.4,
        source: 'old name',
        seconds: { decode: 1.2, train: 64.1 }
      }
    } as never as Encoder;
    const facts = new Map(runFacts(encoder, config, 'digits'));
    expect(facts.get('Source')).toBe('digits');
    expect(facts.get('Share of your images')).toBe('20%');
    expect(facts.get('Network')).toBe('Small ResNet');
    expect(facts.get('Images a second')).toBe('1,210');
    expect(facts.get('Took')).toBe('1 min 5 s');
    expect(facts.has('Parameters') || facts.has('Measured by')).toBe(false);
    const measured = { of: 'target', images: 300, classes: 10, seconds: 1.5 };
    const known = new Map(runFacts({ details: { measured } } as never as Encoder, config, null));
    expect(known.get('Measured by')).toBe('300 test images, 10 classes');
    expect(new Map(runFacts(encoder, config, null)).get('Source')).toBe('old name');
    const further = new Map(runFacts(encoder, { ...config, mode: 'uf' }, 'TUP on digits'));
    expect(further.get('Goes on from')).toBe('TUP on digits');
    expect(further.has('Source') || further.has('Share of your images')).toBe(false);
  });
});
