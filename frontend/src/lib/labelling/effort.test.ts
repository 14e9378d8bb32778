import { describe, expect, it } from 'vitest';
import { category } from '$lib/testing';
import { keysToLabel } from './effort';

const breeds = Array.from({ length: 36 }, (_, position) =>
  category(`breed_${String.fromCharCode(97 + (position % 26))}${position}`, { position })
);
const pets = [...breeds, category('pug', { position: 36 })];
const pug = pets.at(-1)!;

describe('keys a label', () => {
  it('is one where the model guesses among its first nine', () => {
    const guesses = [...breeds.slice(0, 8), pug].map(({ id }, rank) => ({
      category_id: id,
      confidence: 0.5 / (rank + 1)
    }));
    expect(keysToLabel(pets, guesses, pug)).toBe(1);
  });

  it('is a letter and a digit where the model does not guess it', () => {
    expect(keysToLabel(pets, [], pug)).toBe(2);
  });

  it('is one in a short list', () => {
    const few = [category('glass', { shortcut: '1' }), category('paper', { shortcut: '2' })];
    expect(keysToLabel(few, [], few[1]!)).toBe(1);
  });
});
