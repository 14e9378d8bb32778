import { describe, expect, it } from 'vitest';
import { category } from '$lib/testing';
import { indicatorAction } from './keys';

describe('keys where indicators are chosen', () => {
  const glass = category('glass', { shortcut: '1' });
  const press = (key: string, filter = '', fields = {}) =>
    indicatorAction({ key, ...fields }, [glass], { long: filter !== '', filter });

  it('take a category back by Delete alone, as the button says', () => {
    expect(press('Delete')).toEqual({ kind: 'withdraw' });
    expect(press('Delete', '', { repeat: true })).toBeNull();
    expect(press('Backspace')).toBeNull();
    expect(press('Backspace', 'gl')).toEqual({ kind: 'erase' });
    expect(press('Delete', 'gl')).toBeNull();
  });

  it('leave the arrows to the candidates, and Enter while nothing is searched for', () => {
    expect(['ArrowUp', 'ArrowDown', 'Enter'].map((key) => press(key))).toEqual([null, null, null]);
    expect(press('Enter', 'gl')).toEqual({ kind: 'accept' });
    expect(press('1')).toEqual({ kind: 'label', category: glass });
  });
});
