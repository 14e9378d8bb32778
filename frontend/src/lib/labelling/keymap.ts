import { choiceAction, type ChoiceAction, type ListState } from '$lib/categories/gestures';
import type { Category, Skip } from '$lib/api/types';
import type { Answer } from './submissions.svelte';
import { isCommand, isUndo, readKey, type KeyPress } from '$lib/browser/keys';

export type Action =
  | ChoiceAction
  | { kind: 'skip'; reason: Skip }
  | { kind: 'ask-skip' }
  | { kind: 'undo' }
  | { kind: 'cluster' }
  | { kind: 'help' }
  | { kind: 'find' };

export const SKIP_REASONS: { reason: Skip; key: string; label: string; hint: string }[] = [
  { reason: 'unclear', key: '1', label: 'Unclear', hint: 'I cannot tell; others may.' },
  { reason: 'not_in_list', key: '2', label: 'Not in the list', hint: 'It belongs to no category.' },
  { reason: 'broken', key: '3', label: 'Broken', hint: 'The image cannot be judged by anyone.' }
];

/** Returns what an answer is called in a sentence. */
export function answerWords(answer: Answer, categories: ReadonlyMap<string, Category>): string {
  if ('category_name' in answer) return answer.category_name;
  if ('category_id' in answer)
    return categories.get(answer.category_id)?.name ?? 'a removed category';
  return SKIP_REASONS.find(({ reason }) => reason === answer.skip)!.label.toLowerCase();
}

const UNDO = 'Undo the last answer';

const ZOOM = {
  key: '+ − 0',
  label: 'Zoom in, out, and back; wheel, pinch and double click do as well'
};
const SKIP = { key: 'Space', label: 'Skip, then a reason; twice for unclear' };
const HOLD = {
  key: 'Hold',
  label: 'Hold a category’s key, or press it with Shift: its cluster too'
};
const HELP = { key: '?', label: 'Show or hide the keys' };

/** The keys that move nothing and label nothing, for the list that `?` shows. */
export const PAGE_KEYS: { key: string; label: string }[] = [
  HOLD,
  { key: 'C', label: 'Label the cluster, in the category that is likeliest' },
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
  HOLD,
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
  c: { kind: 'cluster' },
  Escape: { kind: 'close' }
};

/**
 * Returns the choice of a category whose cluster a press with Shift asks for, or null.
 *
 * Where a layout writes a digit or a sign with Shift, the press means that.
 */
export function clusterChoice(
  press: KeyPress,
  categories: Category[],
  state: { skipping: boolean; long: boolean; filter: string }
): ChoiceAction | null {
  if (!press.shiftKey || press.repeat || state.skipping) return null;
  if (!/^[a-z]?$/.test(readKey(press))) return null;
  const { key, code, ctrlKey, metaKey, altKey } = press;
  const choice = choiceAction({ key, code, ctrlKey, metaKey, altKey }, categories, state);
  return choice && (choice.kind === 'label' || choice.kind === 'rank') ? choice : null;
}

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
