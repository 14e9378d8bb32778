const LITTER = /^(\.|~|Thumbs\.db$|desktop\.ini$|__MACOSX)/i;

/** Returns whether a file is what systems leave in folders, not something a person chose. */
export function isLitter(path: string): boolean {
  return path.split('/').some((part) => LITTER.test(part));
}

/** A file with where it lay below what was chosen; without a folder that is its name. */
export type Chosen = { file: File; path: string };

/** Returns the files in batches that one request each may carry; a zip goes alone. */
export function inBatches(files: Chosen[], size: number): Chosen[][] {
  const isZip = ({ file }: Chosen) => /\.zip$/i.test(file.name);
  const images = files.filter((file) => !isZip(file));
  const batches: Chosen[][] = [];
  for (let start = 0; start < images.length; start += size)
    batches.push(images.slice(start, start + size));
  return [...batches, ...files.filter(isZip).map((file) => [file])];
}

/** Returns `files` in an order that is the same each time, and says nothing of their names. */
export function inMixedOrder<Item>(files: Item[]): Item[] {
  const mixed = [...files];
  let state = mixed.length;
  for (let last = mixed.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // a linear congruential generator will do here
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other]!, mixed[last]!];
  }
  return mixed;
}

const fileOf = (entry: FileSystemFileEntry) =>
  new Promise<File>((resolve, reject) => entry.file(resolve, reject));

/** Reads a folder whole; a reader gives at most a hundred entries at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject)
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function filesIn(entry: FileSystemEntry): Promise<Chosen[]> {
  if (isLitter(entry.name)) return [];
  if (entry.isFile)
    return [
      { file: await fileOf(entry as FileSystemFileEntry), path: entry.fullPath.replace(/^\//, '') }
    ];
  const inside = await entriesOf(entry as FileSystemDirectoryEntry);
  return (await Promise.all(inside.map(filesIn))).flat();
}

const alone = (file: File): Chosen => ({ file, path: file.webkitRelativePath || file.name });

/** Returns the files of a drop, with those in dropped folders. */
export async function droppedFiles(transfer: DataTransfer): Promise<Chosen[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...transfer.files].map(alone);
  return (await Promise.all(entries.map(filesIn))).flat();
}

/** Returns the files of a picker, without what systems leave in folders. */
export function pickedFiles(list: Iterable<File> | null): Chosen[] {
  return [...(list ?? [])].map(alone).filter(({ path }) => !isLitter(path));
}
