import type { Category, Suggestion } from '$lib/api/types';

/** Above this many categories the model's guesses come first and typing filters. */
export const SHORT_LIST = 10;

export type Choice = { category: Category; confidence: number | null };

/** Returns the categories that can be chosen, in their own order. */
export function activeCategories(categories: Category[]): Category[] {
  return categories
    .filter((category) => !category.archived)
    .sort((one, other) => one.position - other.position);
}

/**
 * Returns what the palette lists: every category with the model's confidence, if it has one.
 *
 * A short list keeps its order, so that the hand learns it; a long one puts the guesses first. `filter` keeps
 * the names that contain it, those that start with it first.
 */
export function rankChoices(
  categories: Category[],
  suggestions: Suggestion[],
  filter = ''
): Choice[] {
  const confidence = new Map(suggestions.map((guess) => [guess.category_id, guess.confidence]));
  const choices = activeCategories(categories).map((category) => ({
    category,
    confidence: confidence.get(category.id) ?? null
  }));
  const text = filter.trim().toLowerCase();
  if (text) {
    const place = ({ category }: Choice) => category.name.toLowerCase().indexOf(text);
    return choices
      .filter((choice) => place(choice) >= 0)
      .sort((one, other) => Number(place(one) > 0) - Number(place(other) > 0));
  }
  if (choices.length <= SHORT_LIST) return choices;
  return choices.sort((one, other) => (other.confidence ?? -1) - (one.confidence ?? -1));
}
