import type { Category } from '$lib/api/types';
import { choiceAction, type ChoiceAction } from '$lib/categories/gestures';
import { isCommand, readKey, type KeyPress } from '$lib/browser/keys';

export type Action = ChoiceAction | { kind: 'withdraw' };

/**
 * Returns what a key press means where indicators are chosen, or null.
 *
 * The candidates have the arrows, and Enter while nothing is searched for. Backspace erases what is searched for and
 * does nothing else: one press too many would take a category back.
 */
export function indicatorAction(
  press: KeyPress,
  categories: Category[],
  state: { long: boolean; filter: string }
): Action | null {
  const free = !isCommand(press) && !press.repeat;
  if (free && !state.filter && readKey(press) === 'Delete') return { kind: 'withdraw' };
  const action = choiceAction(press, categories, state);
  if (action?.kind === 'up' || action?.kind === 'down') return null;
  return action?.kind === 'accept' && !state.filter ? null : action;
}
