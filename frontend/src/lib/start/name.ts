import { NewProject as LIMITS } from '$lib/api/limits.json';
import type { Chosen } from '$lib/images/files';

const folderOf = ({ path }: Chosen) => (path.includes('/') ? path.split('/')[0]! : null);
const zipOf = ({ file }: Chosen) => /^(.*)\.zip$/i.exec(file.name)?.[1] ?? null;

/** Returns a name for the project of what was dropped: that of its folder or zip, of the first of several, or the day. */
export function dropName(files: Chosen[], today: Date): string {
  const names = files.map((each) => folderOf(each) ?? zipOf(each)).filter((name) => name !== null);
  const [first, ...others] = new Set(names.map((name) => name.normalize('NFC').trim()));
  if (!first) return `Images of ${today.toLocaleDateString('sv')}`;
  const rest = others.length > 0 ? ` and ${others.length} more` : '';
  return `${[...first].slice(0, LIMITS.name.maxLength - rest.length).join('')}${rest}`;
}

const IMAGE =
  /\.(jpe?g|jpe|jfif|png|webp|bmp|dib|tiff?|gif|heic|heif|hif|avif|ppm|pgm|pbm|pnm|zip)$/i;

/** Returns the files that may be images, or hold some. */
export const imageLike = (files: Chosen[]): Chosen[] =>
  files.filter(({ file }) => IMAGE.test(file.name) || file.type.startsWith('image/'));
