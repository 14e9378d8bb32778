import type { Encoder, Round } from '$lib/api/types';
import { newestFirst } from '$lib/api/order';

/** Returns the encoders that a round can start on, oldest first: ready, and not the outcome of a step. */
export const usableEncoders = (encoders: readonly Encoder[]): Encoder[] =>
  encoders
    .filter((encoder) => encoder.state === 'ready' && encoder.kind !== 'finetuned')
    .toSorted((one, other) => newestFirst(other, one));

/**
 * Returns the encoder that the next round starts on unless somebody chooses another.
 *
 * That of the newest round; before any, the newest that came ready-made. One that was pretrained here is
 * offered, and not taken unasked while there is another.
 */
export function likelyEncoder(
  encoders: readonly Encoder[],
  newest: Round | null,
  wanted: string | null = null
): Encoder | null {
  const usable = usableEncoders(encoders);
  const byId = (id: string | null | undefined) => usable.find((encoder) => encoder.id === id);
  const readyMade = usable.filter((encoder) => encoder.kind !== 'pretrain');
  return (
    byId(wanted) ?? byId(newest?.config.encoder_id) ?? (readyMade.at(-1) || usable.at(-1)) ?? null
  );
}

const uses = ({ config }: Round, id: string) =>
  config.encoder_id === id || config.second_encoder_id === id;

/**
 * Returns the pretrained encoder that the project page offers for the next round.
 *
 * Only the newest is offered, until a round has started on it or the offer was dismissed.
 */
export function offeredEncoder(
  encoders: readonly Encoder[],
  rounds: readonly Round[],
  dismissed: readonly string[]
): Encoder | null {
  const newest = usableEncoders(encoders)
    .filter((encoder) => encoder.kind === 'pretrain')
    .at(-1);
  if (!newest || dismissed.includes(newest.id)) return null;
  return rounds.some((round) => uses(round, newest.id)) ? null : newest;
}
