import type { Round } from '$lib/api/types';

/** The states in which a round has ended. */
export const OVER: Round['state'][] = ['done', 'failed', 'cancelled'];

/** Returns the newest round, running or over. */
export function newestRound(rounds: Round[]): Round | null {
  return rounds.toSorted((one, other) => other.number - one.number)[0] ?? null;
}
