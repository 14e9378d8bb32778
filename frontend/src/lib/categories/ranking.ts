import type { Category, Suggestion } from '$lib/api/types';
import { searchRank } from './search';

/** Above this many categories the model's guesses come first, digits are ranks and letters search. */
export const SHORT_LIST = 10;

export type Choice = { category: Category; confidence: number | null };

/** Returns the categories that can be chosen, in their own order. */
export function activeCategories(categories: Category[]): Category[] {
  return categories
    .filter((category) => !category.archived)
    .sort((one, other) => one.position - other.position);
}

const byConfidence = (one: Choice, other: Choice) =>
  (other.confidence ?? -1) - (one.confidence ?? -1);

/**
 * Returns what the palette lists: every category with the model's confidence, if it has one.
 *
 * A short list keeps its order, so that the hand learns it; a long one puts the guesses first. `filter` keeps the
 * names that it finds, the best found first and among those alike the likeliest.
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
  if (filter.trim()) {
    return choices
      .flatMap((choice) => {
        const rank = searchRank(filter, choice.category.name);
        return rank === null ? [] : [{ choice, rank }];
      })
      .sort((one, other) => one.rank - other.rank || byConfidence(one.choice, other.choice))
      .map(({ choice }) => choice);
  }
  return choices.length <= SHORT_LIST ? choices : choices.sort(byConfidence);
}

/** Returns `choices` in the order of `ids`; those that are not in it come last, in their own order. */
export function inOrder(choices: Choice[], ids: string[]): Choice[] {
  const places = new Map(ids.map((id, place) => [id, place]));
  const place = ({ category }: Choice) => places.get(category.id) ?? ids.length;
  return choices.toSorted((one, other) => place(one) - place(other));
}
