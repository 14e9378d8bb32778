import { describe, expect, it } from 'vitest';
import { searchRank } from './search';

const finds = (text: string, name: string) => searchRank(text, name) !== null;

describe('finding a category by its name', () => {
  it('ignores case, accents and what parts words', () => {
    for (const text of ['british_s', 'British S', 'britishs', 'BRITISH-S']) {
      expect(searchRank(text, 'British_Shorthair')).toBe(1);
    }
    expect(searchRank('creme', 'Crème brûlée')).toBe(1);
    expect(searchRank('Crème', 'creme_brulee')).toBe(1);
    expect(searchRank('cafe', 'Café')).toBe(0);
    expect(searchRank('ελλ', 'Ελλάδα')).toBe(1);
    expect(searchRank('зо', 'Ёж золотой')).toBe(3);
  });

  it('finds by initials, and by the beginnings of words', () => {
    expect(searchRank('apbt', 'american_pit_bull_terrier')).toBe(2);
    expect(searchRank('pitb', 'american_pit_bull_terrier')).toBe(3);
    expect(searchRank('ambull', 'american_pit_bull_terrier')).toBe(3);
    expect(searchRank('mc', 'MaineCoon')).toBe(2);
  });

  it('finds by a part, by letters left out and by one slip', () => {
    expect(searchRank('ounds', 'hounds')).toBe(4);
    expect(searchRank('psn', 'persian')).toBe(5);
    expect(searchRank('pgu', 'pug')).toBe(6);
    expect(searchRank('poerman', 'pomeranian')).toBe(null);
    expect(searchRank('begale', 'beagle')).toBe(6);
    expect(searchRank('beahle', 'beagle')).toBe(6);
  });

  it('does not find what is not there', () => {
    expect([finds('cat', 'pug'), finds('px', 'pug'), finds('!', 'pug')]).toEqual([
      false,
      false,
      false
    ]);
  });

  it('finds every name while only blanks are typed', () => {
    expect([finds('', 'pug'), finds(' ', 'pug')]).toEqual([true, true]);
  });

  it('prefers the whole name to a beginning to initials to words to a part', () => {
    const names = ['big_bug', 'bug', 'bugle', 'blue_ugly_goose', 'ladybug', 'small_bug'];
    const found = names.toSorted(
      (one, other) => searchRank('bug', one)! - searchRank('bug', other)!
    );
    expect(found).toEqual(['bug', 'bugle', 'blue_ugly_goose', 'big_bug', 'small_bug', 'ladybug']);
  });
});
