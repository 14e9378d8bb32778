import { describe, expect, it } from 'vitest';
import { drawsInWords, roughly, suggestedName } from './words';

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
    expect(drawsInWords(null, 120)).toContain('once the source is counted');
    expect(drawsInWords(359, 0)).toContain('no images');
  });

  it('names an encoder after what it learns from', () => {
    expect(suggestedName('tup', 'small digits', 'Post codes')).toBe('TUP on small digits');
    expect(suggestedName('uf', 'small digits', 'Post codes')).toBe('UF on Post codes');
    expect(suggestedName('vup', null, 'Post codes')).toBe('VUP on Post codes');
  });
});
