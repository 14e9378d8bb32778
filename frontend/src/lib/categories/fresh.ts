import { NewCategory as LIMITS } from '$lib/api/limits.json';
import type { Category } from '$lib/api/types';
import { nameKey } from './names';

/** What the service gives in turn where nobody has chosen a key (`app/projects/shortcuts.py`). */
const KEYS = [...'1234567890abdefghijklmnopqrstuvwxy'];
const NEW = 'new ';

/** Whether a category is only a name so far: the answer that gives it makes it. */
export const isFresh = ({ id }: Category): boolean => id.startsWith(NEW);

const isCalled = (key: string) => (category: Category) =>
  nameKey(category.name) === key && (!category.archived || category.merged_into !== null);

/** Returns the category that `text` would make, as the service would make it; null for no name or a known one. */
export function freshCategory(text: string, categories: Category[]): Category | null {
  const name = text.normalize('NFC').trim().replace(/\s+/g, ' ');
  const key = nameKey(name);
  if (!key || [...name].length > LIMITS.name.maxLength || categories.some(isCalled(key)))
    return null;
  const taken = categories.map(({ shortcut }) => shortcut);
  const free = KEYS.filter((each) => !taken.includes(each));
  return {
    id: `${NEW}${key}`,
    name,
    position: Math.max(-1, ...categories.map(({ position }) => position)) + 1,
    shortcut: (/^[0-9]$/.test(name) && free.includes(name) ? name : free[0]) ?? null,
    archived: false,
    merged_into: null,
    labels: 0,
    weak: 0,
    indicators: 0
  };
}

/** Returns `categories` with those of `named` that the service has not told of yet. */
export function withFresh(categories: Category[], named: Category[]): Category[] {
  return [...categories, ...named.filter(({ name }) => !categories.some(isCalled(nameKey(name))))];
}
