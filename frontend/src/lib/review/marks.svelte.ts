import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Page, PageAnswer } from './types';

/** What a person says of an image that the page does not say: a category, that it cannot be used, or nothing. */
export type Mark = { category: string } | { unusable: 'broken' | 'not_in_list' } | { left: true };

const same = (one: Mark | undefined, other: Mark) => JSON.stringify(one) === JSON.stringify(other);

/**
 * What a person has done to the page that they look at: which images are selected, which are marked otherwise than
 * the page says, where the cursor is, and which category a click paints with.
 *
 * Reading one image's mark does not depend on the others', so that a gesture draws that image anew and no other.
 */
export class PageMarks {
  readonly selected = new SvelteSet<string>();
  readonly marks = new SvelteMap<string, Mark>();
  cursor = $state(0);
  brush = $state.raw<Mark | null>(null);
  /** The category of the page: what it says, or what a person has named it. */
  category = $state<string | null>(null);
  #anchor = 0;
  #ids: string[] = [];

  /** Begins with another page; `before` is what was said of it when it was confirmed and taken back. */
  show(page: Page | null, before: PageAnswer | null = null): void {
    this.#ids = page?.images.map(({ id }) => id) ?? [];
    this.selected.clear();
    this.marks.clear();
    this.brush = null;
    this.cursor = this.#anchor = 0;
    this.category = before?.default ?? page?.category_id ?? null;
    for (const [id, category] of Object.entries(before?.answers ?? {})) this.#put(id, { category });
    for (const [id, unusable] of Object.entries(before?.unusable ?? {}))
      this.#put(id, { unusable });
    for (const id of before?.left ?? []) this.#put(id, { left: true });
  }

  /** A click, a tap or Space: selects or paints an image; with `range` all from the last one to it. */
  touch(index: number, range = false): void {
    const [from, to] = range ? [this.#anchor, index].sort((a, b) => a - b) : [index, index];
    const ids = this.#ids.slice(from, to! + 1);
    const { brush } = this;
    if (brush) {
      const painted = !range && same(this.marks.get(this.#ids[index]!), brush);
      for (const id of ids) this.#put(id, painted ? null : brush);
    } else {
      const on = range || !this.selected.has(this.#ids[index]!);
      for (const id of ids)
        if (on) this.selected.add(id);
        else this.selected.delete(id);
    }
    this.cursor = index;
    if (!range) this.#anchor = index;
  }

  /** Moves the cursor; `extend` selects or paints what it passes, as a click with Shift does. */
  move(by: number, extend = false): void {
    const to = Math.max(0, Math.min(this.#ids.length - 1, this.cursor + by));
    if (extend) this.touch(to, true);
    else this.cursor = this.#anchor = to;
  }

  /**
   * Says what the selected images are. Without a selection it names a page that has no category yet, and on any
   * other it is what clicks paint with from now on; the same once more puts the brush away.
   */
  say(mark: Mark): void {
    if (this.selected.size > 0) {
      for (const id of this.selected) this.#put(id, mark);
      this.selected.clear();
    } else if ('category' in mark && this.category === null) this.category = mark.category;
    else this.brush = same(this.brush ?? undefined, mark) ? null : mark;
  }

  /** Selects all images, or none where all are. */
  selectAll(): void {
    if (this.selected.size === this.#ids.length) this.selected.clear();
    else for (const id of this.#ids) this.selected.add(id);
  }

  /** Takes back what was said of the selected images, or of the one at the cursor. */
  erase(): void {
    const ids =
      this.selected.size > 0 ? [...this.selected] : this.#ids.slice(this.cursor, this.cursor + 1);
    for (const id of ids) this.marks.delete(id);
    this.selected.clear();
  }

  /** Puts away what is in hand: the selection, and then the brush. Returns whether there was anything. */
  letGo(): boolean {
    if (this.selected.size > 0) {
      this.selected.clear();
      return true;
    }
    const held = this.brush !== null;
    this.brush = null;
    return held;
  }

  /** Returns what confirming the page says. */
  answer(seconds: number): PageAnswer {
    const marks = [...this.marks];
    return {
      default: this.category,
      answers: Object.fromEntries(
        marks.flatMap(([id, mark]) => ('category' in mark ? [[id, mark.category]] : []))
      ),
      unusable: Object.fromEntries(
        marks.flatMap(([id, mark]) => ('unusable' in mark ? [[id, mark.unusable]] : []))
      ),
      left: marks.flatMap(([id, mark]) => ('left' in mark ? [id] : [])),
      seconds
    };
  }

  /** What is said of an image is no mark where the page says the same. */
  #put(id: string, mark: Mark | null): void {
    if (mark === null || ('category' in mark && mark.category === this.category))
      this.marks.delete(id);
    else this.marks.set(id, mark);
  }
}
