import { describe, expect, it } from 'vitest';
import { isUndo, letterOf, readKey, type KeyPress } from './keys';

const DIGIT_ROW = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0].map((digit) => `Digit${digit}`);
const DIGITS = '1234567890';

/** What the digit row writes without Shift. */
const ROWS: Record<string, string> = {
  'United States': '1234567890',
  'AZERTY, France': `&é"'(-è_çà`,
  'AZERTY, Belgium': `&é"'(§è!çà`,
  Czech: '+ěščřžýáíé',
  Slovak: '+ľščťžýáíé',
  Lithuanian: 'ąčęėįšųū90',
  BÉPO: `"«»()@+-/*`,
  Persian: '۱۲۳۴۵۶۷۸۹۰',
  Arabic: '١٢٣٤٥٦٧٨٩٠',
  Hindi: '१२३४५६७८९०',
  Bengali: '১২৩৪৫৬৭৮৯০',
  Thai: '๑๒๓๔๕๖๗๘๙๐',
  'full width': '１２３４５６７８９０',
  'mathematical bold': '𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎'
};

/** What letter keys write, by the letter that stands there in the United States. */
const LETTERS: Record<string, Record<string, string>> = {
  Russian: { z: 'я', p: 'з', q: 'й' },
  Ukrainian: { z: 'я', s: 'і' },
  Greek: { z: 'ζ', w: 'ς' },
  Hebrew: { z: 'ז', w: "'", a: 'ש' },
  Arabic: { z: 'ئ', p: 'ح' },
  Persian: { z: 'ظ', p: 'ح' },
  Korean: { z: 'ㅋ', p: 'ㅔ' },
  'Japanese kana': { z: 'つ', p: 'せ' },
  Thai: { z: 'ผ', p: 'ย' },
  Turkish: { i: 'ı' },
  'full width': { z: 'ｚ', p: 'Ｐ' }
};

/** The number pad without NumLock, 0 to 9. */
const PAD = [
  'Insert', 'End', 'ArrowDown', 'PageDown', 'ArrowLeft', 'Clear', 'ArrowRight', 'Home', 'ArrowUp', 'PageUp'
]; // prettier-ignore

describe('what a key press means', () => {
  it.each(Object.entries(ROWS))('is a digit without Shift: %s', (_layout, row) => {
    const read = [...row].map((key, index) => readKey({ key, code: DIGIT_ROW[index] }));
    expect(read.join('')).toBe(DIGITS);
  });

  it('is a digit with Shift where the layout says so, and not where it writes a sign', () => {
    expect(readKey({ key: '1', code: 'Digit1', shiftKey: true })).toBe('1');
    expect(readKey({ key: '!', code: 'Digit1', shiftKey: true })).toBe('');
    expect(readKey({ key: '?', code: 'Digit7', shiftKey: true })).toBe('?');
  });

  it.each(Object.entries(LETTERS))('is the letter at that place: %s', (_layout, letters) => {
    for (const [letter, key] of Object.entries(letters)) {
      expect(readKey({ key, code: `Key${letter.toUpperCase()}` })).toBe(letter);
    }
  });

  it('is the letter that is written where a Latin layout has it elsewhere', () => {
    expect(readKey({ key: 'z', code: 'KeyW' })).toBe('z');
    expect(readKey({ key: 'Z', code: 'KeyY', shiftKey: true })).toBe('z');
    expect(readKey({ key: 'p', code: 'KeyR' })).toBe('p');
  });

  it.each(PAD.map((key, digit) => [digit, key] as const))(
    'is %i on the number pad without NumLock',
    (digit, key) => {
      expect(readKey({ key, code: `Numpad${digit}` })).toBe(String(digit));
      expect(readKey({ key: String(digit), code: `Numpad${digit}` })).toBe(String(digit));
    }
  );

  it('is found by the place where an input method hides it', () => {
    const process = (code: string, shiftKey = false) => readKey({ key: 'Process', code, shiftKey });
    expect(
      ['Digit2', 'KeyZ', 'Space', 'Enter', 'Backspace', 'Slash'].map((code) => process(code))
    ).toEqual(
      ['2', 'z', ' ', 'Enter', 'Backspace', '/'] // prettier-ignore
    );
    expect(process('Slash', true)).toBe('?');
    expect(readKey({ key: 'Unidentified', code: 'KeyA' })).toBe('a');
    expect(readKey({ key: 'Dead', code: 'BracketLeft' })).toBe('');
  });

  it('keeps the names of keys, the space and question marks of other scripts', () => {
    expect(
      ['Enter', 'Escape', 'ArrowUp', ' ', '　', '？', '؟'].map((key) => readKey({ key }))
    ).toEqual([
      'Enter',
      'Escape',
      'ArrowUp',
      ' ',
      ' ',
      '?',
      '?' // prettier-ignore
    ]);
  });

  it('is nothing for signs, and for what AltGr writes on a letter', () => {
    const altGr: KeyPress = {
      key: '@',
      code: 'KeyQ',
      getModifierState: (name) => name === 'AltGraph'
    };
    expect([readKey(altGr), readKey({ key: ';', code: 'Semicolon' })]).toEqual(['', '']);
  });
});

describe('other readings of a press', () => {
  it('gives the letter in its own script', () => {
    expect([letterOf({ key: 'я' }), letterOf({ key: 'Enter' }), letterOf({ key: '1' })]).toEqual([
      'я',
      '',
      ''
    ]);
  });

  it('takes Ctrl+Z and Cmd+Z for undo on every layout', () => {
    expect(isUndo({ key: 'z', code: 'KeyZ', ctrlKey: true })).toBe(true);
    expect(isUndo({ key: 'я', code: 'KeyZ', metaKey: true })).toBe(true);
    expect(isUndo({ key: 'Z', code: 'KeyZ', ctrlKey: true, shiftKey: true })).toBe(false);
    expect(isUndo({ key: 'z', code: 'KeyZ' })).toBe(false);
  });
});
