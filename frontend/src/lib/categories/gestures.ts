import type { Category } from '$lib/api/types';
import { isCommand, letterOf, readKey, type KeyPress } from '$lib/browser/keys';

/** What a key does to a list of categories. `text` is the letter as written, `latin` the one at its place. */
export type ChoiceAction =
  | { kind: 'label'; category: Category }
  | { kind: 'rank'; rank: number }
  | { kind: 'type'; text: string; latin: string }
  | { kind: 'erase' | 'accept' | 'up' | 'down' | 'close' };

/** Keys that act on the page, so that they cannot be the shortcut of a category. */
export const RESERVED_KEYS = ['c', 'z'];

const MOVES: Record<string, ChoiceAction> = {
  Enter: { kind: 'accept' },
  ArrowUp: { kind: 'up' },
  ArrowDown: { kind: 'down' },
  Escape: { kind: 'close' }
};
const MAY_REPEAT = ['ArrowUp', 'ArrowDown', 'Backspace'];

/** Returns the key that chooses a category where there are few, or ''. */
export function shortcutOf(category: Category): string {
  const { shortcut } = category;
  return shortcut && !RESERVED_KEYS.includes(shortcut) ? shortcut : '';
}

/** Returns the key that chooses the category in row `index`, or ''. */
export function keyAt(index: number, category: Category, long: boolean): string {
  if (!long) return shortcutOf(category);
  return index < 9 ? String(index + 1) : '';
}

function byShortcut(key: string, categories: Category[]): ChoiceAction | null {
  const category = categories.find((each) => !each.archived && shortcutOf(each) === key);
  return category && key ? { kind: 'label', category } : null;
}

/** `long`: there are many categories; `open`: names that are new can be typed; `filter`: what is typed so far. */
export type ListState = { long: boolean; open?: boolean; filter: string };

/**
 * Returns what a key press does to a list of categories, or null.
 *
 * In a short list the shortcut of a category chooses it. In a `long` one 1 to 9 choose by rank, Enter takes the marked
 * row, and letters always search. In an `open` list letters are typed too, and digits choose until something is. A held
 * key chooses once; with Ctrl, Alt or Meta a key belongs to the browser.
 */
export function choiceAction(
  press: KeyPress,
  categories: Category[],
  { long, open = false, filter }: ListState
): ChoiceAction | null {
  const key = readKey(press);
  if (isCommand(press) || (press.repeat && !MAY_REPEAT.includes(key))) return null;
  const isDigit = /^[0-9]$/.test(key);
  if (!long && !open) return byShortcut(key, categories);
  if (!long && isDigit)
    return filter ? { kind: 'type', text: key, latin: '' } : byShortcut(key, categories);
  if (!long && !filter && key in MOVES && key !== 'Escape') return null;
  if (/^[1-9]$/.test(key)) return { kind: 'rank', rank: Number(key) - 1 };
  const latin = /^[a-z]$/.test(key) ? key : '';
  const text = letterOf(press) || latin;
  if (text) return { kind: 'type', text, latin };
  if (filter && key === ' ') return { kind: 'type', text: ' ', latin: '' };
  if (filter && key === 'Backspace') return { kind: 'erase' };
  return MOVES[key] ?? null;
}
