import type { Round } from '$lib/api/types';

/** Returns the name of a round's strategy. */
export const strategyName = (round: Round): string =>
  round.config.strategy?.kind === 'random' ? 'Random' : 'ACKMeans';
