import { choiceAction, type ChoiceAction } from '$lib/categories/gestures';
import type { Category } from '$lib/api/types';
import { isCommand, isUndo, readKey, type KeyPress } from '$lib/browser/keys';

export type ReviewAction =
  | { kind: 'choose'; choice: ChoiceAction }
  | { kind: 'move'; by: 'left' | 'right' | 'up' | 'down' | 'first' | 'last'; extend: boolean }
  | { kind: 'touch'; range: boolean }
  | { kind: 'all' | 'erase' | 'let-go' | 'confirm' | 'undo' | 'help' | 'find' };

const MOVES = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last'
} as const;

/** The keys of the page, for the list that `?` shows. */
export function reviewKeys(long: boolean): { key: string; label: string }[] {
  return [
    { key: 'Enter', label: 'Confirm the page: the rest is what it says' },
    { key: 'Space', label: 'Select or paint the image at the cursor' },
    { key: '← ↑ → ↓', label: 'Move the cursor; with Shift, select what it passes' },
    long
      ? { key: 'A – Z', label: 'Search a category; 1 to 9 or Enter chooses' }
      : { key: 'A – Z, 0 – 9', label: 'Say what the selected images are, or what to paint with' },
    { key: 'Ctrl A', label: 'Select all, or none' },
    { key: 'Delete', label: 'Take back what was said of an image' },
    { key: 'Esc', label: 'Let go of the selection, the brush, the search' },
    { key: long ? 'Ctrl Z' : 'Z', label: 'Take the last page back' },
    { key: '?', label: 'Show or hide the keys' }
  ];
}

/**
 * Returns what a key press means on a page of a review, or null.
 *
 * While a category is searched for, Enter and the arrows belong to the list of categories.
 */
export function reviewAction(
  press: KeyPress,
  categories: Category[],
  { long, filter }: { long: boolean; filter: string }
): ReviewAction | null {
  if (isUndo(press)) return { kind: 'undo' };
  const key = readKey(press);
  if (isCommand(press)) return isSelectAll(press, key) ? { kind: 'all' } : null;
  const move = MOVES[key as keyof typeof MOVES];
  if (move && !filter) return { kind: 'move', by: move, extend: Boolean(press.shiftKey) };
  if (press.repeat) return null;
  if (key === 'Enter' && !filter) return { kind: 'confirm' };
  if (key === 'Escape' && !filter) return { kind: 'let-go' };
  if (key === ' ' && !filter) return { kind: 'touch', range: Boolean(press.shiftKey) };
  if (key === 'Delete' || (key === 'Backspace' && !filter)) return { kind: 'erase' };
  const choice = choiceAction(press, categories, { long, filter });
  if (choice) return { kind: 'choose', choice };
  if (key === 'z') return { kind: 'undo' };
  if (key === '?') return { kind: 'help' };
  return long && key === '/' ? { kind: 'find' } : null;
}

const isSelectAll = (press: KeyPress, key: string) =>
  key === 'a' && !press.altKey && Boolean(press.ctrlKey || press.metaKey);
