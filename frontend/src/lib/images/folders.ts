import { nameKey } from '$lib/categories/names';
import type { Chosen } from './files';

/** The folders that directly hold chosen files, with how many files each; `unread`: some are in zips that do not say
 * how their names are written; `measures`: all files lie below a folder that is called as test sets are. */
export type Folders = {
  counts: Map<string, number>;
  unread: boolean;
  measures: boolean;
};

/** Returns the name of the folder that directly holds the file at `path`, composed and without outer spaces. */
export function classFolder(path: string): string | null {
  const parts = path.split('/').filter((part) => part && part !== '.');
  return parts.at(-2)?.normalize('NFC').trim() || null;
}

type Listed = { path: string; certain: boolean };

/** Returns the paths of the files in a zip; none where it cannot be read, which the service says better. */
async function pathsIn(zip: File): Promise<Listed[]> {
  const { BlobReader, ZipReader } = await import('@zip.js/zip.js');
  try {
    const entries = await new ZipReader(new BlobReader(zip)).getEntries();
    return entries
      .filter((entry) => !entry.directory)
      .map((entry) => ({
        path: entry.filename.replaceAll('\\', '/'),
        certain: entry.filenameUTF8 || entry.rawFilename.every((byte) => byte < 128)
      }));
  } catch {
    return [];
  }
}

/** Browsers name files in no particular order. */
const byName = new Intl.Collator(undefined, { numeric: true }).compare;

/** Returns the class folders of what was chosen by name, looking into zips. */
export async function foldersOf(
  chosen: Chosen[],
  isClutter: (path: string) => boolean
): Promise<Folders> {
  const counts = new Map<string, number>();
  let unread = false;
  let [files, measuring] = [0, 0];
  for (const { file, path } of chosen) {
    const inside = /\.zip$/i.test(file.name) ? await pathsIn(file) : [{ path, certain: true }];
    for (const listed of inside.filter((each) => !isClutter(each.path))) {
      const folder = classFolder(listed.path);
      files += 1;
      measuring += Number(listed.path.split('/').slice(0, -1).some(isTestSet));
      if (folder === null) continue;
      unread ||= !listed.certain;
      const name = listed.certain ? folder : '';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return {
    counts: new Map([...counts].sort(([a], [b]) => byName(a, b))),
    unread,
    measures: files > 0 && measuring === files
  };
}

/** Folders that cameras, telephones and people make without thinking of what is in the images. */
const TIDY = [
  /^(19|20)\d\d([-_. ]?\d\d?){0,2}\b/,
  /^\d\d?[-_. ]\d\d?[-_. ](19|20)\d\d\b/,
  /^(dcim|\d{3}[a-z_]{2,8}\d*|camera( roll)?|photos?|pictures?|images?|imgs?|jpe?gs?|pngs?|data|unsorted|unlabell?ed|new folder.*|untitled.*)$/i,
  /^(train(ing)?|test(ing)?|val(id(ation)?)?|part[-_ ]?\d+|batch[-_ ]?\d+)$/i
];
const isTidy = (name: string) => TIDY.some((kind) => kind.test(name));
const isTestSet = (name: string) => /^(test(ing)?|val(id(ation)?)?|hold-?out|eval)$/i.test(name);

/** Whether the folders may well be categories: several, not all dates and the like, or in an unknown code page. */
export function lookLikeCategories({ counts, unread }: Folders): boolean {
  return unread || (counts.size > 1 && ![...counts.keys()].every(isTidy));
}

/** Returns what the folders most likely say. */
export function likeliestMeaning({ counts, measures }: Folders): 'annotate' | 'truth' | 'ignore' {
  const sizes = [...counts.values()];
  const small = sizes.filter((size) => size < 3).length;
  const tidy = [...counts.keys()].filter(isTidy).length;
  if (2 * small > sizes.length || 2 * tidy > sizes.length) return 'ignore';
  return measures ? 'truth' : 'annotate';
}

/** Returns the folders that no category is named after. */
export function newNames({ counts }: Folders, categories: string[]): string[] {
  const known = new Set(categories.map(nameKey));
  return [...counts.keys()].filter((name) => name && !known.has(nameKey(name)));
}
