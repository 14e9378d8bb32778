import { describe, expect, it } from 'vitest';
import { category } from '$lib/testing';
import { categoryChanges, roundChange } from './changes';

describe('what changed', () => {
  const [cat, dog] = [category('cat', { shortcut: '1' }), category('dog', { shortcut: '2' })];

  it('names each category that is called otherwise, new, gone or under another key', () => {
    expect(categoryChanges([cat, dog], [{ ...cat, name: 'Cat' }, dog])).toEqual([
      'Category cat is now called Cat.'
    ]);
    expect(categoryChanges([cat], [cat, dog])).toEqual(['There is a new category: dog, key 2.']);
    expect(categoryChanges([cat, dog], [cat, { ...dog, archived: true }])).toEqual([
      'Category dog is no longer asked for.'
    ]);
    expect(categoryChanges([cat], [{ ...cat, shortcut: 'k' }])).toEqual([
      'The key of cat is now K.'
    ]);
  });

  it('names more than three of a kind in one line', () => {
    const many = ['ant', 'bee', 'fly', 'moth', 'wasp'].map((name, at) =>
      category(name, { shortcut: String(at + 3) })
    );
    const all = (lines: string[], names: string) => expect(lines).toEqual([names]);
    all(
      categoryChanges([cat], [cat, ...many]),
      'There are new categories: ant, bee, fly and 2 more.'
    );
    all(
      categoryChanges([cat, ...many], [cat]),
      'Categories that are no longer asked for: ant, bee, fly and 2 more.'
    );
    const renamed = many.map((each) => ({ ...each, name: `${each.name}s` }));
    all(categoryChanges(many, renamed), 'Categories have new names: ants, bees, flys and 2 more.');
    expect(categoryChanges([cat], [cat, ...many.slice(0, 3)])).toHaveLength(3);
  });

  it('names no key where there are so many categories that letters search', () => {
    const ten = Array.from({ length: 10 }, (_, at) => category(`c${at}`));
    expect(categoryChanges(ten, [...ten, dog])).toEqual(['There is a new category: dog.']);
    const eleven = [...ten, dog];
    expect(categoryChanges(eleven, [...ten, { ...dog, shortcut: 'k' }])).toEqual([]);
  });

  it('says nothing of counts', () => {
    expect(categoryChanges([cat], [{ ...cat, labels: 9, position: 4 } as typeof cat])).toEqual([]);
  });

  it('says who paused, resumed or ended the round, unless it was the reader', () => {
    const round = (state: string, changed_by: string | null = 'olga') =>
      ({ id: 'r', state, changed_by }) as Parameters<typeof roundChange>[0];
    const from = round('labelling', null);
    expect(roundChange(from, round('paused'), 'anna')).toBe('The round was paused by olga.');
    expect(roundChange(from, round('paused'), 'olga')).toBeNull();
    expect(roundChange(round('paused'), from, 'anna')).toBe('The round was resumed.');
    expect(roundChange(from, round('cancelled'), 'anna')).toBe('The round was ended by olga.');
    expect(roundChange(from, round('finetuning', null), 'anna')).toBeNull();
    expect(roundChange(from, { ...round('paused'), id: 'other' }, 'anna')).toBeNull();
  });
});
