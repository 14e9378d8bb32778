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
