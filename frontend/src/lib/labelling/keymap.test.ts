import { describe, expect, it } from 'vitest';
import type { KeyPress } from '$lib/browser/keys';
import { category } from '$lib/testing';
import { actionFor, clusterChoice, LONG_LIST_KEYS, PAGE_KEYS } from './keymap';

const categories = [
  category('glass', { shortcut: '2' }),
  category('paper', { shortcut: 'p' }),
  category('old', { shortcut: 'o', archived: true })
];
const plain = { skipping: false, long: false, filter: '' };
const press = (key: string, extra = {}, state = plain) =>
  actionFor({ key, ...extra }, categories, state);

describe('keys on the annotate page', () => {
  it('to zoom are named and mean nothing else, however many categories there are', () => {
    const long = { ...plain, long: true };
    for (const state of [plain, long])
      expect(['+', '-', '0'].map((key) => press(key, {}, state))).toEqual([null, null, null]);
    for (const keys of [PAGE_KEYS, LONG_LIST_KEYS])
      expect(keys.map(({ key }) => key)).toContain('+ − 0');
  });

  it('labels by the shortcut of a category, whatever the case', () => {
    expect(press('2')).toEqual({ kind: 'label', category: categories[0] });
    expect(press('P')).toEqual({ kind: 'label', category: categories[1] });
  });

  it('labels by the same key on other layouts', () => {
    expect(press('é', { code: 'Digit2' })).toEqual({ kind: 'label', category: categories[0] });
    expect(press('ArrowDown', { code: 'Numpad2' })).toMatchObject({ kind: 'label' });
    expect(press('з', { code: 'KeyP' })).toEqual({ kind: 'label', category: categories[1] });
  });

  it('ignores archived categories, held keys and browser shortcuts', () => {
    expect(press('o')).toBeNull();
    expect(press('2', { repeat: true })).toBeNull();
    expect(press('2', { ctrlKey: true })).toBeNull();
    expect(press('z', { altKey: true })).toBeNull();
    expect(press(' ', { repeat: true })).toBeNull();
  });

  it('asks for a reason on the first space and takes unclear on the second', () => {
    expect(press(' ')).toEqual({ kind: 'ask-skip' });
    const skipping = { ...plain, skipping: true };
    expect(press(' ', {}, skipping)).toEqual({ kind: 'skip', reason: 'unclear' });
    expect(press('3', {}, skipping)).toEqual({ kind: 'skip', reason: 'broken' });
    expect(press('"', { code: 'Digit3' }, skipping)).toEqual({ kind: 'skip', reason: 'broken' });
    expect(press('p', {}, skipping)).toBeNull();
    expect(press('Escape', {}, skipping)).toEqual({ kind: 'close' });
  });

  it('undoes by Z even where a category was given the same key, on other alphabets, and by Ctrl+Z', () => {
    const zebra = [category('zebra', { shortcut: 'z' })];
    expect(actionFor({ key: 'Z' }, zebra, plain)).toEqual({ kind: 'undo' });
    expect(press('я', { code: 'KeyZ' })).toEqual({ kind: 'undo' });
    expect(press('z', { ctrlKey: true })).toEqual({ kind: 'undo' });
  });
});

describe('keys over a long list', () => {
  const long = { skipping: false, long: true, filter: '' };
  const searching = { ...long, filter: 'pu' };

  it('takes digits for ranks, whatever the shortcuts say', () => {
    expect(press('2', {}, long)).toEqual({ kind: 'rank', rank: 1 });
    expect(press('2', {}, searching)).toEqual({ kind: 'rank', rank: 1 });
    expect(press('0', {}, long)).toBeNull();
  });

  it('takes every letter for the search, those with a shortcut and Z included', () => {
    expect(press('p', {}, long)).toEqual({ kind: 'type', text: 'p', latin: 'p' });
    expect(press('z', {}, long)).toEqual({ kind: 'type', text: 'z', latin: 'z' });
    expect(press('з', { code: 'KeyP' }, long)).toEqual({ kind: 'type', text: 'з', latin: 'p' });
    expect(press('ö', { code: 'Semicolon' }, long)).toEqual({ kind: 'type', text: 'ö', latin: '' });
  });

  it('lets a blank part words and Backspace erase, once something is typed', () => {
    expect(press(' ', {}, long)).toEqual({ kind: 'ask-skip' });
    expect(press(' ', {}, searching)).toMatchObject({ kind: 'type', text: ' ' });
    expect(press('Backspace', {}, long)).toBeNull();
    expect(press('Backspace', { repeat: true }, searching)).toEqual({ kind: 'erase' });
  });

  it('finds, moves, accepts and undoes; holding an arrow moves on, holding Enter answers once', () => {
    expect(press('/')).toBeNull();
    expect(press('/', {}, long)).toEqual({ kind: 'find' });
    expect(press('Enter', {}, long)).toEqual({ kind: 'accept' });
    expect(press('Enter', { repeat: true }, long)).toBeNull();
    expect(press('ArrowDown', { repeat: true }, long)).toEqual({ kind: 'down' });
    expect(press('z', { metaKey: true }, long)).toEqual({ kind: 'undo' });
  });
});

describe('a press with Shift', () => {
  const short = { skipping: false, long: false, filter: '' };
  const categories = [category('glass', { shortcut: '1' }), category('metal', { shortcut: 'm' })];
  const chosen = (press: KeyPress, state = short) => clusterChoice(press, categories, state);

  it('asks for the cluster of the category whose key it is', () => {
    const bang = { key: '!', code: 'Digit1', shiftKey: true };
    expect(chosen(bang)).toMatchObject({ category: { name: 'glass' } });
    const upper = { key: 'M', code: 'KeyM', shiftKey: true };
    expect(chosen(upper)).toMatchObject({ category: { name: 'metal' } });
    expect(chosen(bang, { ...short, long: true })).toEqual({ kind: 'rank', rank: 0 });
    expect(chosen(upper, { ...short, long: true })).toBeNull();
  });

  it('means what its layout writes with Shift', () => {
    expect(chosen({ key: '1', code: 'Digit1', shiftKey: true })).toBeNull();
    expect(chosen({ key: '?', code: 'Digit1', shiftKey: true })).toBeNull();
    expect(chosen({ key: '1', code: 'Digit1' })).toBeNull();
    expect(chosen({ key: '!', code: 'Digit1', shiftKey: true, repeat: true })).toBeNull();
  });
});
