import type { Encoder, RoundConfig } from '$lib/api/types';

/** Returns the encoders that the one of id `first` can be averaged with. */
export const secondChoices = (encoders: readonly Encoder[], first: string): Encoder[] =>
  encoders.filter((encoder) => encoder.id !== first);

/** Returns whether models that learn in this way can be averaged over two encoders. */
export const canBeAveraged = (finetune: RoundConfig['finetune']['kind']): boolean =>
  finetune === 'frozen';

/** Returns the id of the second encoder as the service takes it: null where none is chosen or none can be. */
export function secondEncoder(
  chosen: string,
  first: string,
  finetune: RoundConfig['finetune']['kind']
): string | null {
  return chosen && chosen !== first && canBeAveraged(finetune) ? chosen : null;
}
