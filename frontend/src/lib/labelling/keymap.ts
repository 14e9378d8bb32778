import type { Category, Skip } from '$lib/api/types';

export type Action =
  | { kind: 'label'; category: Category }
  | { kind: 'skip'; reason: Skip }
  | { kind: 'ask-skip' | 'undo' | 'help' | 'filter' | 'accept' | 'up' | 'down' | 'close' };

export type Gesture = {
  key: string;
  ctrlKey?: boolean;
  metaKey?: boolean;
  altKey?: boolean;
  repeat?: boolean;
};

/** Keys that act on the page, so that they cannot be the shortcut of a category. */
export const RESERVED_KEYS = ['c', 'z'];

export const SKIP_REASONS: { reason: Skip; key: string; label: string; hint: string }[] = [
  { reason: 'unclear', key: '1', label: 'Unclear', hint: 'I cannot tell; others may.' },
  { reason: 'not_in_list', key: '2', label: 'Not in the list', hint: 'It belongs to no category.' },
  { reason: 'broken', key: '3', label: 'Broken', hint: 'The image cannot be judged by anyone.' }
];

/** The keys that move nothing and label nothing, for the list that `?` shows. */
export const PAGE_KEYS: { key: string; label: string }[] = [
  { key: 'Space', label: 'Skip, then a reason; twice for unclear' },
  { key: 'Z', label: 'Undo the last answer' },
  { key: '?', label: 'Show or hide the keys' },
  { key: 'Esc', label: 'Close what is open' }
];

export const LONG_LIST_KEYS: { key: string; label: string }[] = [
  { key: '/', label: 'Find a category by name' },
  { key: '↑ ↓', label: 'Move in the list' },
  { key: 'Enter', label: 'Choose the marked category' }
];

function skipAction(key: string): Action | null {
  if (key === 'Escape') return { kind: 'close' };
  const chosen = SKIP_REASONS.find((reason) => reason.key === key);
  if (chosen) return { kind: 'skip', reason: chosen.reason };
  return key === ' ' ? { kind: 'skip', reason: 'unclear' } : null;
}

const PLAIN: Record<string, Action> = {
  ' ': { kind: 'ask-skip' },
  z: { kind: 'undo' },
  '?': { kind: 'help' },
  Escape: { kind: 'close' }
};

const LONG_LIST: Record<string, Action> = {
  '/': { kind: 'filter' },
  Enter: { kind: 'accept' },
  ArrowUp: { kind: 'up' },
  ArrowDown: { kind: 'down' }
};

/**
 * Returns what a key press means, or null where it means nothing here.
 *
 * A held key never repeats an answer, and browser shortcuts (Ctrl, Alt, Meta) are left alone.
 */
export function actionFor(
  gesture: Gesture,
  categories: Category[],
  state: { skipping: boolean; long: boolean }
): Action | null {
  if (gesture.ctrlKey || gesture.metaKey || gesture.altKey) return null;
  const key = gesture.key.length === 1 ? gesture.key.toLowerCase() : gesture.key;
  const moves = key === 'ArrowUp' || key === 'ArrowDown';
  if (gesture.repeat && !moves) return null;
  if (state.skipping) return skipAction(key);
  const category = categories.find((each) => !each.archived && each.shortcut === key);
  if (category && !RESERVED_KEYS.includes(key)) return { kind: 'label', category };
  return PLAIN[key] ?? (state.long ? (LONG_LIST[key] ?? null) : null);
}
