import { Parameters } from '$lib/api/limits.json';

type Words = { title: string; hint?: string };

const WORDS: Record<string, Words> = {
  csv: { title: 'CSV', hint: 'Labels and predictions, one row an image' },
  json: { title: 'JSON', hint: 'With where each label came from' },
  labelstudio: { title: 'Label Studio JSON', hint: 'Tasks for its import, with links to images' },
  'labelstudio-config': {
    title: 'Label Studio config',
    hint: 'Its labelling interface, in XML'
  },
  imagefolder: { title: 'Labelled images in folders', hint: 'A zip with one folder a category' }
};

/** Every format that the service exports, in its order; one without words here goes by its name. */
export const EXPORTS = exportsOf(Parameters.format.enum);

/** Returns formats with the words of the menu. */
export function exportsOf(formats: string[]): ({ format: string } & Words)[] {
  return formats.map((format) => ({
    format,
    ...(WORDS[format] ?? { title: format.toUpperCase() })
  }));
}
