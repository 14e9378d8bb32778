import { describe, expect, it } from 'vitest';
import { category } from '$lib/testing';
import { CategoryChooser } from './chooser.svelte';
import { freshCategory, withFresh } from './fresh';
import { choiceAction } from './gestures';

const GLASS = category('Glass', { position: 3, shortcut: '1' });
const CATERPILLAR = category('caterpillar', { position: 1, shortcut: '2' });

const chooserOf = (...categories: ReturnType<typeof category>[]) =>
  new CategoryChooser({ categories: () => categories, open: () => true });

const type = (chooser: CategoryChooser, text: string) =>
  [...text].forEach((letter) => chooser.act({ kind: 'type', text: letter, latin: 'x' }));

describe('a name that is typed', () => {
  it('makes what the service would make of it', () => {
    expect(freshCategory('  paper  cup ', [GLASS, CATERPILLAR])).toMatchObject({
      name: 'paper cup',
      position: 4,
      shortcut: '3'
    });
    expect(freshCategory('7', [])).toMatchObject({ position: 0, shortcut: '7' });
    expect(freshCategory('x'.repeat(121), [])).toBeNull();
  });

  it('is that of a category that differs in case, width or spaces only', () => {
    for (const name of ['glass', ' GLASS ', 'ｇｌａｓｓ', '  '])
      expect(freshCategory(name, [GLASS])).toBeNull();
    const merged = category('glas', { archived: true, merged_into: 'Glass' });
    expect(freshCategory('glas', [merged])).toBeNull();
    const archived = category('old', { archived: true });
    expect(freshCategory('OLD', [archived])).toMatchObject({ name: 'OLD' });
  });

  it('is kept until the service tells of its category', () => {
    const named = [freshCategory('paper', [GLASS])!];
    expect(withFresh([GLASS], named).map(({ name }) => name)).toEqual(['Glass', 'paper']);
    expect(withFresh([GLASS, category('Paper')], named)).toHaveLength(2);
    const both = withFresh([GLASS], [...named, freshCategory('metal', [GLASS, ...named])!]);
    expect(both.map(({ shortcut }) => shortcut)).toEqual(['1', '2', '3']);
  });
});

describe('the palette as a text cursor', () => {
  it('makes the first category by Enter, and the next name beside it', () => {
    const chooser = chooserOf();
    expect([chooser.typing, chooser.choices, chooser.act({ kind: 'accept' })]).toEqual([
      true,
      [],
      null
    ]);
    type(chooser, 'glass');
    expect(chooser.act({ kind: 'accept' })).toMatchObject({ name: 'glass', shortcut: '1' });
  });

  it('takes what is nearly typed, and else what is typed', () => {
    const chooser = chooserOf(GLASS, CATERPILLAR);
    const taken = (text: string) => {
      chooser.search('');
      type(chooser, text);
      return chooser.act({ kind: 'accept' })?.name;
    };
    expect(['gla', 'glass', 'GLASS ', 'mat', 'lass', 'стекло'].map(taken)).toEqual([
      'Glass', 'Glass', 'Glass', 'mat', 'lass', 'стекло'
    ]); // prettier-ignore
  });

  it('has the new name below what is found, an arrow away', () => {
    const chooser = chooserOf(GLASS, CATERPILLAR);
    type(chooser, 'cat');
    expect(chooser.choices.map(({ category: { name } }) => name)).toEqual(['caterpillar', 'cat']);
    expect(chooser.fresh?.name).toBe('cat');
    chooser.act({ kind: 'down' });
    expect(chooser.act({ kind: 'accept' })?.name).toBe('cat');
  });

  it('has digits choose until something is typed, and be text from then on', () => {
    const keys = (filter: string, ...pressed: string[]) =>
      pressed.map((key) => choiceAction({ key }, [GLASS], { long: false, open: true, filter }));
    expect(keys('', '1', '2', 'g', 'Enter', ' ')).toEqual([
      { kind: 'label', category: GLASS },
      null,
      { kind: 'type', text: 'g', latin: 'g' },
      null,
      null
    ]);
    expect(keys('pet', '1', ' ', 'Enter', 'Backspace')).toEqual([
      { kind: 'type', text: '1', latin: '' },
      { kind: 'type', text: ' ', latin: '' },
      { kind: 'accept' },
      { kind: 'erase' }
    ]);
    const chooser = chooserOf(GLASS, category('other', { shortcut: 'g' }));
    expect(chooser.choices.map((each, at) => chooser.keyOf(at, each.category))).toEqual(['', '1']);
    type(chooser, 'g');
    expect(chooser.keyOf(0, GLASS)).toBe('');
  });
});
