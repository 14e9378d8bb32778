import type { Category, Round } from '$lib/api/types';
import { SHORT_LIST } from '$lib/categories/ranking';

/** So many categories are named one by one. */
const MOST = 3;

type Named = Pick<Category, 'id' | 'name' | 'archived' | 'shortcut'>;

const active = (categories: Named[]) =>
  new Map(categories.filter((each) => !each.archived).map((each) => [each.id, each]));

/** Returns a line for each name, or one for all where they are many. */
function lines<Item extends { name: string }>(
  items: Item[],
  one: (item: Item) => string,
  all: (names: string) => string
): string[] {
  if (items.length <= MOST) return items.map(one);
  const named = items.slice(0, MOST).map(({ name }) => name);
  return [all(`${named.join(', ')} and ${items.length - MOST} more`)];
}

/**
 * Returns a line for each category that was added, renamed, given another key or removed; one for all of a kind that
 * are more than three. Keys are named where categories have them: in a long list letters search.
 */
export function categoryChanges(before: Named[], after: Named[]): string[] {
  const [old, now] = [active(before), active(after)];
  const keyOf = ({ shortcut }: Named) => (now.size > SHORT_LIST ? null : shortcut?.toUpperCase());
  const stayed = [...now.values()].flatMap((each) => {
    const was = old.get(each.id);
    return was ? [{ ...each, was }] : [];
  });
  return [
    ...lines(
      [...now.values()].filter(({ id }) => !old.has(id)),
      (each) =>
        `There is a new category: ${each.name}${keyOf(each) ? `, key ${keyOf(each)}` : ''}.`,
      (names) => `There are new categories: ${names}.`
    ),
    ...lines(
      stayed.filter(({ name, was }) => was.name !== name),
      ({ name, was }) => `Category ${was.name} is now called ${name}.`,
      (names) => `Categories have new names: ${names}.`
    ),
    ...lines(
      stayed.filter((each) => each.was.name === each.name && isRekeyed(each) && keyOf(each)),
      (each) => `The key of ${each.name} is now ${keyOf(each)}.`,
      (names) => `Categories have new keys: ${names}.`
    ),
    ...lines(
      [...old.values()].filter(({ id }) => !now.has(id)),
      ({ name }) => `Category ${name} is no longer asked for.`,
      (names) => `Categories that are no longer asked for: ${names}.`
    )
  ];
}

const isRekeyed = ({ shortcut, was }: Named & { was: Named }) => was.shortcut !== shortcut;

type Place = Pick<Round, 'id' | 'state' | 'changed_by'>;

/** Returns a line where the round was paused, resumed or ended by somebody else than `userName`. */
export function roundChange(before: Place, after: Place, userName: string): string | null {
  if (before.id !== after.id || before.state === after.state || after.changed_by === userName)
    return null;
  const by = after.changed_by ? ` by ${after.changed_by}` : '';
  if (after.state === 'paused') return `The round was paused${by}.`;
  if (after.state === 'cancelled') return `The round was ended${by}.`;
  return before.state === 'paused' ? `The round was resumed${by}.` : null;
}
