import type { Category, Suggestion } from '$lib/api/types';
import { inOrder, rankChoices, SHORT_LIST, type Choice } from './ranking';
import type { ChoiceAction } from './gestures';
import { searchRank } from './search';

type Sources = { categories: () => Category[]; suggestions?: () => Suggestion[] };

/**
 * The list that a category is chosen from: what is searched for, which row is marked, and the order of the rows.
 *
 * While a key or a finger is down the rows keep their places, whatever the model or the project says meanwhile; only
 * what the person types moves them.
 */
export class CategoryChooser {
  filter = $state('');
  marked = $state(0);
  #order = $state.raw<string[] | null>(null);
  #down = new Set<string>();
  #sources: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Whether there are so many categories that digits are ranks and letters search. */
  get long(): boolean {
    return this.#sources.categories().filter((category) => !category.archived).length > SHORT_LIST;
  }

  get choices(): Choice[] {
    const choices = this.#ranked(this.filter);
    return this.#order ? inOrder(choices, this.#order) : choices;
  }

  /** Shows what `text` finds, the best first. */
  search(text: string): void {
    this.filter = text;
    this.marked = 0;
    this.#order = this.#down.size > 0 ? this.#ids(this.#ranked(text)) : null;
  }

  /** Does what a key asks for; returns the category that it chose, if it chose one. */
  act(action: ChoiceAction): Category | null {
    if (action.kind === 'label') return action.category;
    if (action.kind === 'rank') return this.choices[action.rank]?.category ?? null;
    if (action.kind === 'accept') return this.choices[this.marked]?.category ?? null;
    if (action.kind === 'type') this.#type(action);
    else if (action.kind === 'erase') this.search([...this.filter].slice(0, -1).join(''));
    else if (action.kind === 'close') this.search('');
    else this.#mark(this.marked + (action.kind === 'up' ? -1 : 1));
    return null;
  }

  /** Keeps the rows where they are until `release` is called with the same name of a key or a finger. */
  press(name: string): void {
    if (this.#down.size === 0) this.#order = this.#ids(this.choices);
    this.#down.add(name);
  }

  release(name: string): void {
    this.#down.delete(name);
    if (this.#down.size === 0) this.#order = null;
  }

  releaseAll(): void {
    this.#down.clear();
    this.#order = null;
  }

  /** Searches for the letter as written, or for the one at its place on the keyboard where that finds better. */
  #type({ text, latin }: { text: string; latin: string }): void {
    const misses = (letter: string) => this.#bestRank(this.filter + letter);
    this.search(this.filter + (latin && misses(latin) < misses(text) ? latin : text));
  }

  #bestRank(filter: string): number {
    const found = this.#sources.categories().filter((category) => !category.archived);
    return Math.min(...found.map(({ name }) => searchRank(filter, name) ?? Infinity));
  }

  #mark(row: number): void {
    this.marked = Math.max(0, Math.min(this.choices.length - 1, row));
  }

  #ranked(filter: string): Choice[] {
    return rankChoices(this.#sources.categories(), this.#sources.suggestions?.() ?? [], filter);
  }

  #ids(choices: Choice[]): string[] {
    return choices.map(({ category }) => category.id);
  }
}
