type Timed = { created_at: string };

/**
 * Compares by time, the newest first, as `toSorted` wants it.
 *
 * As text, a time without a fraction of a second would come after one with it.
 */
export const newestFirst = (one: Timed, other: Timed): number =>
  Date.parse(other.created_at) - Date.parse(one.created_at) ||
  other.created_at.localeCompare(one.created_at);
