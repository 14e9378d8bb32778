import type { Category, Round } from '$lib/api/types';

type Named = Pick<Category, 'id' | 'name' | 'archived' | 'shortcut'>;

const active = (categories: Named[]) =>
  new Map(categories.filter((each) => !each.archived).map((each) => [each.id, each]));

/** Returns a line for each category that was renamed, added, removed or given another key. */
export function categoryChanges(before: Named[], after: Named[]): string[] {
  const [old, now] = [active(before), active(after)];
  const lines: string[] = [];
  for (const [id, { name, shortcut }] of now) {
    const was = old.get(id);
    const key = shortcut?.toUpperCase();
    if (!was) lines.push(`There is a new category: ${name}${key ? `, key ${key}` : ''}.`);
    else if (was.name !== name) lines.push(`Category ${was.name} is now called ${name}.`);
    else if (was.shortcut !== shortcut && key) lines.push(`The key of ${name} is now ${key}.`);
  }
  for (const [id, { name }] of old)
    if (!now.has(id)) lines.push(`Category ${name} is no longer asked for.`);
  return lines;
}

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
