import { megabytes } from '$lib/format';

export type Download = { name: string; bytes: number; allowed: boolean };

/** Returns what a network of timm weighs, by its name with or without the tag of its weights. */
export function networkHint(model: string, networks: Download[]): string {
  const name = model.trim().split('.')[0]!;
  const about = networks.find((each) => each.name === name);
  if (!about) return 'With or without the tag of its weights.';
  const whose = about.allowed ? '' : '; only an administrator may start it';
  return `A download of about ${megabytes(about.bytes)}${whose}.`;
}
