import type { ApiProblem } from '$lib/api/problem';

/** Returns what is wrong with a field of the configuration; the path before it differs between requests. */
export function reasonFor(name: string, ...problems: (ApiProblem | null)[]): string | undefined {
  for (const problem of problems) {
    for (const [field, reason] of problem?.fields ?? []) {
      if (field.split('.').at(-1) === name) return reason;
    }
  }
  return undefined;
}

/** Returns whether a problem is shown at one of these fields already. */
export const isAt = (problem: ApiProblem | null, names: readonly string[]): boolean =>
  problem !== null && names.some((name) => reasonFor(name, problem) !== undefined);

/** The fields of a configuration that are shown under Advanced. */
export const ADVANCED_FIELDS = [
  'stem',
  'batch_size',
  'learning_rate',
  'weight_decay',
  'key_momentum',
  'temperature',
  'queue_size',
  'projection_dim',
  'batch_norm_splits',
  'checkpoint_seconds',
  'seed',
  'smallest_crop',
  'colour_jitter',
  'greyscale',
  'blur',
  'flip'
] as const;

/** All fields of the form that show what is wrong with them. */
export const FIELDS = [
  'name',
  'mode',
  'source_id',
  'initial_encoder_id',
  'target_share',
  'backbone',
  'image_size',
  'epochs',
  ...ADVANCED_FIELDS
] as const;
