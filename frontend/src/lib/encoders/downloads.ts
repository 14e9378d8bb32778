export type Download = { name: string; bytes: number; allowed: boolean };

const size = (bytes: number) =>
  bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

/** Returns the title with the size of the download, and who may start it where the reader may not. */
export function downloadTitle(title: string, about: Omit<Download, 'name'>): string {
  return `${title} (${size(about.bytes)}${about.allowed ? '' : ', administrators only'})`;
}

/** Returns what a network of timm weighs, by its name with or without the tag of its weights. */
export function networkHint(model: string, networks: Download[]): string {
  const name = model.trim().split('.')[0]!;
  const about = networks.find((each) => each.name === name);
  if (!about) return 'With or without the tag of its weights.';
  const whose = about.allowed ? '' : '; only an administrator may start it';
  return `A download of about ${size(about.bytes)}${whose}.`;
}
