import { describe, expect, it } from 'vitest';
import { category } from '$lib/testing';
import { CategoryChooser } from './chooser.svelte';

const NAMES = [
  'Abyssinian', 'american_pit_bull_terrier', 'Bengal', 'boxer', 'great_pyrenees', 'keeshond', 'Persian',
  'pomeranian', 'pug', 'Ragdoll', 'Siamese', 'пудель'
]; // prettier-ignore
const pets = NAMES.map((name, position) => category(name, { position, shortcut: 'p' }));
const guess = (category_id: string, confidence: number) => ({ category_id, confidence });

function chooserOf(suggestions = [guess('boxer', 0.6), guess('pug', 0.3)]) {
  const told = { suggestions };
  const chooser = new CategoryChooser({
    categories: () => pets,
    suggestions: () => told.suggestions
  });
  return { chooser, told };
}

const rows = (chooser: CategoryChooser) => chooser.choices.map(({ category: { name } }) => name);
const type = (chooser: CategoryChooser, text: string) =>
  [...text].forEach((letter) => chooser.act({ kind: 'type', text: letter, latin: letter }));

describe('choosing among many categories', () => {
  it('takes 1 to 9 for the rank, typed text or not', () => {
    const { chooser } = chooserOf();
    expect(chooser.long).toBe(true);
    expect(chooser.act({ kind: 'rank', rank: 1 })?.name).toBe('pug');
    type(chooser, 'p');
    expect(rows(chooser).slice(0, 3)).toEqual(['pug', 'Persian', 'pomeranian']);
    expect(chooser.act({ kind: 'rank', rank: 2 })?.name).toBe('pomeranian');
    expect(chooser.act({ kind: 'rank', rank: 8 })).toBeNull();
  });

  it('searches as it is typed, and Enter takes the marked row', () => {
    const { chooser } = chooserOf();
    type(chooser, 'apbt');
    expect(chooser.act({ kind: 'accept' })?.name).toBe('american_pit_bull_terrier');
    chooser.act({ kind: 'close' });
    type(chooser, 'p');
    chooser.act({ kind: 'down' });
    expect(chooser.act({ kind: 'accept' })?.name).toBe('Persian');
    chooser.act({ kind: 'erase' });
    expect([chooser.filter, chooser.marked]).toEqual(['', 0]);
    type(chooser, 'qqq');
    expect([rows(chooser), chooser.act({ kind: 'accept' })]).toEqual([[], null]);
  });

  it('reads letters of another alphabet by their place where no name is written so', () => {
    const { chooser } = chooserOf();
    const russian = [['з', 'p'], ['г', 'u'], ['п', 'g']] as const; // prettier-ignore
    for (const [text, latin] of russian) chooser.act({ kind: 'type', text, latin });
    expect([chooser.filter, rows(chooser)[0]]).toEqual(['pug', 'pug']);
    chooser.act({ kind: 'close' });
    chooser.act({ kind: 'type', text: 'п', latin: 'g' });
    expect(rows(chooser)).toEqual(['пудель']);
  });

  it('keeps the rows while a key or a finger is down', () => {
    const { chooser, told } = chooserOf();
    const before = rows(chooser);
    chooser.press('Digit1');
    chooser.press('pointer');
    told.suggestions = [guess('Siamese', 0.9)];
    expect(rows(chooser)).toEqual(before);
    expect(chooser.choices.find((each) => each.category.name === 'Siamese')?.confidence).toBe(0.9);
    chooser.release('Digit1');
    expect(rows(chooser)).toEqual(before);
    chooser.release('pointer');
    expect(rows(chooser)[0]).toBe('Siamese');
  });

  it('lets what is typed move the rows at once, with the key still down', () => {
    const { chooser, told } = chooserOf();
    chooser.press('KeyP');
    type(chooser, 'p');
    expect(rows(chooser)[0]).toBe('pug');
    told.suggestions = [guess('Persian', 0.9)];
    expect(rows(chooser)[0]).toBe('pug');
    chooser.releaseAll();
    expect(rows(chooser)[0]).toBe('Persian');
  });
});
