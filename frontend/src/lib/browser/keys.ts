/** What is read of a key press; a `KeyboardEvent` is one. */
export type KeyPress = {
  key: string;
  code?: string;
  ctrlKey?: boolean;
  metaKey?: boolean;
  altKey?: boolean;
  shiftKey?: boolean;
  repeat?: boolean;
  getModifierState?: (modifier: string) => boolean;
};

/** What `key` says where an input method, a dead key or an unknown device hides the character. */
const HIDDEN = ['Process', 'Unidentified', 'Dead'];
const SIGN = /^[?/]$/;
const QUESTION_MARKS = /^[؟՞]$/;

/** Returns the value of a decimal digit of any script, or null; digits of a script follow one another. */
function digitValue(character: string): number | null {
  if (!/^\p{Nd}$/u.test(character)) return null;
  const code = character.codePointAt(0)!;
  for (let value = 0; value < 10; value++) {
    if (!/^\p{Nd}$/u.test(String.fromCodePoint(code - value - 1))) return value;
  }
  return null;
}

function written(key: string): string {
  const plain = key.normalize('NFKC').toLowerCase();
  const digit = digitValue(plain);
  if (digit !== null) return String(digit);
  return QUESTION_MARKS.test(plain) ? '?' : plain;
}

/** Returns what a place on the keyboard means on the layout of the United States. */
function atPlace(code: string, shifted: boolean, hidden: boolean): string {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return letter.toLowerCase();
  const digit = /^Digit([0-9])$/.exec(code)?.[1];
  if (digit) return shifted ? '' : digit;
  if (!hidden) return '';
  if (code === 'Space') return ' ';
  if (code === 'Slash') return shifted ? '?' : '/';
  if (code === 'NumpadEnter') return 'Enter';
  return /^(Enter|Escape|Backspace|Delete|Home|End|Arrow\w+)$/.test(code) ? code : '';
}

/**
 * Returns the key that a person meant: `a` to `z`, `0` to `9`, a space, `?`, `/`, a name such as `Enter`, or '' for
 * one that means nothing here.
 *
 * The character decides where it is one of these, in any script or width and on any layout. Otherwise the place on the
 * keyboard does: digits that need Shift (French, Czech), letters of other alphabets, keys that an input method hides,
 * and the number pad without NumLock. A key with Shift is never taken for the digit on it, nor one with AltGr for a letter.
 */
export function readKey(press: KeyPress): string {
  const { key, code = '', shiftKey = false } = press;
  const padDigit = /^Numpad([0-9])$/.exec(code)?.[1];
  if (padDigit) return padDigit;
  const hidden = HIDDEN.includes(key);
  if ([...key].length > 1 && !hidden) return key;
  const character = hidden ? '' : written(key);
  if (/^[a-z0-9 ]$/.test(character)) return character;
  const place = press.getModifierState?.('AltGraph') ? '' : atPlace(code, shiftKey, hidden);
  return SIGN.test(character) && !/^[0-9]$/.test(place) ? character : place;
}

/** Returns the letter that a press writes, in the script it is written in, or ''. */
export function letterOf(press: KeyPress): string {
  return /^\p{L}$/u.test(press.key) ? press.key : '';
}

/** Returns whether a press belongs to the browser or the system: Ctrl, Alt or Meta is held. */
export function isCommand(press: KeyPress): boolean {
  return Boolean(press.ctrlKey || press.metaKey || press.altKey);
}

/** Returns whether a press asks to take the last thing back, as everywhere: Ctrl+Z, or Cmd+Z. */
export function isUndo(press: KeyPress): boolean {
  if (press.altKey || press.shiftKey || press.repeat) return false;
  return Boolean(press.ctrlKey || press.metaKey) && readKey(press) === 'z';
}
