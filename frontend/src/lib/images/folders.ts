import type { Chosen } from './files';

/** The folders that directly hold chosen files, with how many files each; `unread` counts those in zips that
 * do not say how their names are written. */
export type Folders = { counts: Map<string, number>; unread: boolean };

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
  files: Chosen[],
  isClutter: (path: string) => boolean
): Promise<Folders> {
  const counts = new Map<string, number>();
  let unread = false;
  for (const { file, path } of files) {
    const inside = /\.zip$/i.test(file.name) ? await pathsIn(file) : [{ path, certain: true }];
    for (const listed of inside.filter((each) => !isClutter(each.path))) {
      const folder = classFolder(listed.path);
      if (folder === null) continue;
      unread ||= !listed.certain;
      const name = listed.certain ? folder : '';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return { counts: new Map([...counts].sort(([a], [b]) => byName(a, b))), unread };
}

/** Whether the folders may well be categories: several, or one in a code page that only the service reads. */
export function lookLikeCategories({ counts, unread }: Folders): boolean {
  return counts.size > 1 || unread;
}

const key = (name: string) => name.normalize('NFKC').toLowerCase().trim();

/** Returns the folders that no category is named after. */
export function newNames({ counts }: Folders, categories: string[]): string[] {
  const known = new Set(categories.map(key));
  return [...counts.keys()].filter((name) => name && !known.has(key(name)));
}
