import { megabytes } from '$lib/format';

/** Returns the title with the size of the download, and who may start it where the reader may not. */
export function downloadTitle(title: string, about: { bytes: number; allowed: boolean }): string {
  return `${title} (${megabytes(about.bytes)}${about.allowed ? '' : ', administrators only'})`;
}
