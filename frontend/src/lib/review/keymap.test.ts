import { describe, expect, it } from 'vitest';
import { category } from '$lib/testing';
import { reviewAction } from './keymap';

const few = [category('glass', { shortcut: '1' }), category('metal', { shortcut: 'm' })];
const many = Array.from({ length: 12 }, (_, index) => category(`category ${index}`));
const short = { long: false, filter: '' };
const long = { long: true, filter: '' };

describe('keys of a review', () => {
  it.each([
    ['Enter', {}, { kind: 'confirm' }],
    [' ', {}, { kind: 'touch', range: false }],
    [' ', { shiftKey: true }, { kind: 'touch', range: true }],
    ['ArrowUp', { shiftKey: true }, { kind: 'move', by: 'up', extend: true }],
    ['m', {}, { kind: 'choose', choice: { kind: 'label', category: few[1] } }],
    ['z', {}, { kind: 'undo' }],
    ['z', { ctrlKey: true }, { kind: 'undo' }],
    ['a', { ctrlKey: true }, { kind: 'all' }],
    ['c', { ctrlKey: true }, null],
    ['Delete', {}, { kind: 'erase' }],
    ['Escape', {}, { kind: 'let-go' }],
    ['?', {}, { kind: 'help' }],
    ['Enter', { repeat: true }, null]
  ])('%s %o', (key, held, expected) => {
    expect(reviewAction({ key, ...held }, few, short)).toEqual(expected);
  });

  it('belong to the search of a long list while there is one', () => {
    expect(reviewAction({ key: 'Enter' }, many, long)).toEqual({ kind: 'confirm' });
    const searching = { long: true, filter: 'cat' };
    for (const [key, kind] of [
      ['Enter', 'accept'],
      ['ArrowDown', 'down'],
      ['Backspace', 'erase'],
      ['Escape', 'close']
    ]) {
      expect(reviewAction({ key: key! }, many, searching)).toEqual({
        kind: 'choose',
        choice: { kind }
      });
    }
    expect(reviewAction({ key: 'z' }, many, long)).toMatchObject({ kind: 'choose' });
    expect(reviewAction({ key: 'z', ctrlKey: true }, many, long)).toEqual({ kind: 'undo' });
  });
});
