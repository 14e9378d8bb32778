const LITTER = /^(\.|~|Thumbs\.db$|desktop\.ini$|__MACOSX)/i;

/** Returns whether a file is what systems leave in folders, not something a person chose. */
export function isLitter(path: string): boolean {
  return path.split('/').some((part) => LITTER.test(part));
}

/** Returns the files in batches that one request each may carry; a zip goes alone. */
export function inBatches(files: File[], size: number): File[][] {
  const isZip = (file: File) => /\.zip$/i.test(file.name);
  const images = files.filter((file) => !isZip(file));
  const batches: File[][] = [];
  for (let start = 0; start < images.length; start += size)
    batches.push(images.slice(start, start + size));
  return [...batches, ...files.filter(isZip).map((file) => [file])];
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

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  if (isLitter(entry.name)) return [];
  if (entry.isFile) return [await fileOf(entry as FileSystemFileEntry)];
  const inside = await entriesOf(entry as FileSystemDirectoryEntry);
  return (await Promise.all(inside.map(filesIn))).flat();
}

/** Returns the files of a drop, with those in dropped folders. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...transfer.files];
  return (await Promise.all(entries.map(filesIn))).flat();
}

/** Returns the files of a picker, without what systems leave in folders. */
export function pickedFiles(list: FileList | null): File[] {
  return [...(list ?? [])].filter((file) => !isLitter(file.webkitRelativePath || file.name));
}
