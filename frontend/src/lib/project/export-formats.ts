import { Parameters } from '$lib/api/limits.json';

type Words = Record<string, string>;

const { enum: formats, titles, hints } = Parameters.format;

/** Every format that the service exports, in its order and words. */
export const EXPORTS = formats.map((format) => ({
  format,
  title: (titles as Words)[format]!,
  hint: (hints as Words)[format]!
}));
