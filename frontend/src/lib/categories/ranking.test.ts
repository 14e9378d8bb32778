import { describe, expect, it } from 'vitest';
import { category } from '$lib/testing';
import { rankChoices } from './ranking';

const few = ['paper', 'glass', 'metal'].map((name, position) => category(name, { position }));
const many = Array.from({ length: 12 }, (_, position) =>
  category(`breed ${position}`, { position })
);
const names = (choices: ReturnType<typeof rankChoices>) =>
  choices.map(({ category: { name } }) => name);

describe('the palette', () => {
  it('keeps the order of a short list and shows the confidence beside it', () => {
    const choices = rankChoices(few, [{ category_id: 'metal', confidence: 0.8 }]);
    expect(names(choices)).toEqual(['paper', 'glass', 'metal']);
    expect(choices.map((choice) => choice.confidence)).toEqual([null, null, 0.8]);
  });

  it('puts the guesses first in a long list, the rest in its own order', () => {
    const guesses = [
      { category_id: 'breed 7', confidence: 0.6 },
      { category_id: 'breed 3', confidence: 0.3 }
    ];
    expect(names(rankChoices(many, guesses)).slice(0, 4)).toEqual([
      'breed 7',
      'breed 3',
      'breed 0',
      'breed 1'
    ]);
  });

  it('filters by name, beginnings first', () => {
    const pets = ['Basset hound', 'Hound', 'Pug'].map((name, position) =>
      category(name, { position })
    );
    expect(names(rankChoices(pets, [], 'hou'))).toEqual(['Hound', 'Basset hound']);
  });

  it('leaves archived categories out', () => {
    expect(names(rankChoices([...few, category('old', { archived: true })], []))).not.toContain(
      'old'
    );
  });
});
