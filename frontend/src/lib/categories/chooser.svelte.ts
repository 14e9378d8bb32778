import type { Category, Suggestion } from '$lib/api/types';
import { inOrder, rankChoices, SHORT_LIST, type Choice } from './ranking';
import { freshCategory } from './fresh';
import { keyAt, type ChoiceAction } from './gestures';
import { searchRank } from './search';

type Sources = {
  categories: () => Category[];
  suggestions?: () => Suggestion[];
  /** Whether a name that is typed and unknown may be taken for a new category. */
  open?: () => boolean;
};

/** A name found worse than this is hardly what was meant: Enter then makes the new one. */
const MEANT = 3;

/**
 * The list that a category is chosen from: what is searched for, which row is marked, and the order of the rows.
 *
 * While a key or a finger is down the rows keep their places, whatever the model or the project says meanwhile; only
 * what the person types moves them.
 */
export class CategoryChooser {
  filter = $state('');
  /** The row that arrows have marked. */
  #row = $state<number | null>(null);
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

  /** Whether names that are unknown may be typed. */
  get open(): boolean {
    return this.#sources.open?.() ?? false;
  }

  /** Whether letters are typed: to search, or to name. */
  get typing(): boolean {
    return this.long || this.open;
  }

  /** The rows, best first; a new category that the typed name would make is the last. */
  get choices(): Choice[] {
    const choices = this.#ranked(this.filter);
    return this.#order ? inOrder(choices, this.#order) : choices;
  }

  /** The new category that Enter may make of what is typed. */
  get fresh(): Category | null {
    return this.#fresh(this.filter);
  }

  /** The row that Enter takes: the first, or the new name where nothing found is near to what was typed. */
  get marked(): number {
    if (this.#row !== null || !this.fresh) return this.#row ?? 0;
    const { choices } = this;
    const fresh = choices.findIndex(({ category }) => category.id === this.fresh?.id);
    const rank = fresh > 0 ? searchRank(this.filter, choices[0]!.category.name) : null;
    return rank !== null && rank <= MEANT ? 0 : fresh;
  }

  /** Shows what `text` finds, the best first. */
  search(text: string): void {
    this.filter = text;
    this.#row = null;
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

  /** Returns the key that chooses the category in row `index`, or ''. */
  keyOf(index: number, category: Category): string {
    const key = keyAt(index, category, this.long);
    const isText = this.open && !this.long && (this.filter !== '' || !/^[0-9]$/.test(key));
    return isText ? '' : key;
  }

  /**
   * Searches for the letter as written, or for the one at its place on the keyboard where that finds better; a new
   * name is meant as it is written.
   */
  #type({ text, latin }: { text: string; latin: string }): void {
    if (this.open) return this.search(this.filter + text);
    const misses = (letter: string) => this.#bestRank(this.filter + letter);
    this.search(this.filter + (latin && misses(latin) < misses(text) ? latin : text));
  }

  #bestRank(filter: string): number {
    const found = this.#sources.categories().filter((category) => !category.archived);
    return Math.min(...found.map(({ name }) => searchRank(filter, name) ?? Infinity));
  }

  #mark(row: number): void {
    this.#row = Math.max(0, Math.min(this.choices.length - 1, row));
  }

  #fresh(filter: string): Category | null {
    return this.open ? freshCategory(filter, this.#sources.categories()) : null;
  }

  #ranked(filter: string): Choice[] {
    const suggestions = this.#sources.suggestions?.() ?? [];
    const found = rankChoices(this.#sources.categories(), suggestions, filter);
    const fresh = this.#fresh(filter);
    return fresh ? [...found, { category: fresh, confidence: null }] : found;
  }

  #ids(choices: Choice[]): string[] {
    return choices.map(({ category }) => category.id);
  }
}
