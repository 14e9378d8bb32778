import type { Category, Suggestion } from '$lib/api/types';
import { wordsOf } from '$lib/categories/search';
import { keyAt } from '$lib/categories/gestures';
import { rankChoices, SHORT_LIST } from '$lib/categories/ranking';

/**
 * Returns how many keys a person presses who knows the truth and looks at the list after each.
 *
 * One where a key chooses it at once; else the letters of its name, as few as bring it to a row that a digit chooses.
 */
export function keysToLabel(
  categories: Category[],
  suggestions: Suggestion[],
  truth: Category
): number {
  const long = categories.length > SHORT_LIST;
  const letters = wordsOf(truth.name).join('');
  for (let typed = 0; typed <= letters.length; typed++) {
    const rows = rankChoices(categories, suggestions, letters.slice(0, typed));
    const row = rows.findIndex(({ category }) => category.id === truth.id);
    if (row === 0 && typed > 0) return typed + 1;
    if (keyAt(row, truth, long)) return typed + 1;
  }
  return letters.length + 1;
}
