import { describe, expect, it } from 'vitest';
import { category } from '$lib/testing';
import { actionFor } from './keymap';

const categories = [
  category('glass', { shortcut: '2' }),
  category('paper', { shortcut: 'p' }),
  category('old', { shortcut: 'o', archived: true })
];
const plain = { skipping: false, long: false };
const press = (key: string, extra = {}, state = plain) =>
  actionFor({ key, ...extra }, categories, state);

describe('keys on the annotate page', () => {
  it('labels by the shortcut of a category, whatever the case', () => {
    expect(press('2')).toEqual({ kind: 'label', category: categories[0] });
    expect(press('P')).toEqual({ kind: 'label', category: categories[1] });
  });

  it('ignores archived categories, held keys and browser shortcuts', () => {
    expect(press('o')).toBeNull();
    expect(press('2', { repeat: true })).toBeNull();
    expect(press('2', { ctrlKey: true })).toBeNull();
    expect(press('z', { metaKey: true })).toBeNull();
  });

  it('asks for a reason on the first space and takes unclear on the second', () => {
    expect(press(' ')).toEqual({ kind: 'ask-skip' });
    const skipping = { skipping: true, long: false };
    expect(press(' ', {}, skipping)).toEqual({ kind: 'skip', reason: 'unclear' });
    expect(press('3', {}, skipping)).toEqual({ kind: 'skip', reason: 'broken' });
    expect(press('p', {}, skipping)).toBeNull();
    expect(press('Escape', {}, skipping)).toEqual({ kind: 'close' });
  });

  it('finds, moves and accepts only in a long list, where holding an arrow moves on', () => {
    const long = { skipping: false, long: true };
    expect(press('/')).toBeNull();
    expect(press('/', {}, long)).toEqual({ kind: 'filter' });
    expect(press('Enter', {}, long)).toEqual({ kind: 'accept' });
    expect(press('ArrowDown', { repeat: true }, long)).toEqual({ kind: 'down' });
  });

  it('undoes even where a category was given the same key', () => {
    const zebra = [category('zebra', { shortcut: 'z' })];
    expect(actionFor({ key: 'Z' }, zebra, plain)).toEqual({ kind: 'undo' });
  });
});
