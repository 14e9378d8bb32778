import { choiceAction, type ChoiceAction, type ListState } from '$lib/categories/gestures';
import type { Category, Skip } from '$lib/api/types';
import { isCommand, isUndo, readKey, type KeyPress } from '$lib/browser/keys';

export type Action =
  | ChoiceAction
  | { kind: 'skip'; reason: Skip }
  | { kind: 'ask-skip' }
  | { kind: 'undo' }
  | { kind: 'help' }
  | { kind: 'find' };

export const SKIP_REASONS: { reason: Skip; key: string; label: string; hint: string }[] = [
  { reason: 'unclear', key: '1', label: 'Unclear', hint: 'I cannot tell; others may.' },
  { reason: 'not_in_list', key: '2', label: 'Not in the list', hint: 'It belongs to no category.' },
  { reason: 'broken', key: '3', label: 'Broken', hint: 'The image cannot be judged by anyone.' }
];

const UNDO = 'Undo the last answer';

const ZOOM = {
  key: '+ − 0',
  label: 'Zoom in, out, and back; wheel, pinch and double click do as well'
};
const SKIP = { key: 'Space', label: 'Skip, then a reason; twice for unclear' };
const HELP = { key: '?', label: 'Show or hide the keys' };

/** The keys that move nothing and label nothing, for the list that `?` shows. */
export const PAGE_KEYS: { key: string; label: string }[] = [
  SKIP,
  { key: 'Z', label: `${UNDO}; Ctrl Z as well` },
  ZOOM,
  HELP,
  { key: 'Esc', label: 'Close what is open' }
];

export const LONG_LIST_KEYS: { key: string; label: string }[] = [
  { key: '1 – 9', label: 'Choose by rank: 1 is the first row' },
  { key: 'A – Z', label: 'Search by name, initials or a part' },
  { key: 'Enter', label: 'Choose the marked category' },
  { key: '↑ ↓', label: 'Mark another' },
  { key: '/', label: 'Search for digits too' },
  { key: 'Esc', label: 'Clear the search' },
  SKIP,
  { key: 'Ctrl Z', label: UNDO },
  ZOOM,
  HELP
];

export const NAMING_KEYS: { key: string; label: string }[] = [
  { key: 'A – Z', label: 'Type a name: finds a category, or makes it' },
  { key: 'Enter', label: 'Take the marked row' },
  { key: '↑ ↓', label: 'Mark another' },
  { key: '/', label: 'Type in the field, digits first' },
  { key: 'Esc', label: 'Clear what is typed' },
  SKIP,
  { key: 'Ctrl Z', label: UNDO },
  ZOOM,
  HELP
];

function skipAction(key: string): Action | null {
  if (key === 'Escape') return { kind: 'close' };
  const chosen = SKIP_REASONS.find((reason) => reason.key === key);
  if (chosen) return { kind: 'skip', reason: chosen.reason };
  return key === ' ' ? { kind: 'skip', reason: 'unclear' } : null;
}

const PAGE: Record<string, Action> = {
  ' ': { kind: 'ask-skip' },
  '?': { kind: 'help' },
  Escape: { kind: 'close' }
};

/**
 * Returns what a key press means on the annotate page, or null where it means nothing.
 *
 * A held key never repeats an answer, and browser shortcuts (Ctrl, Alt, Meta) are left alone, but for undo.
 */
export function actionFor(
  press: KeyPress,
  categories: Category[],
  state: ListState & { skipping: boolean }
): Action | null {
  if (isUndo(press)) return { kind: 'undo' };
  const key = readKey(press);
  const free = !isCommand(press) && !press.repeat;
  if (state.skipping) return free ? skipAction(key) : null;
  const choice = choiceAction(press, categories, state);
  if (choice || !free) return choice;
  if (key === 'z') return { kind: 'undo' };
  return (state.long || state.open) && key === '/' ? { kind: 'find' } : (PAGE[key] ?? null);
}
