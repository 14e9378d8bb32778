import type { Schemas } from '$lib/api/types';
import { megabytes } from '$lib/format';

export type KnownEncoder = Schemas['KnownEncoderOut'];

/** Returns an encoder as one line of a list; a licence that forbids commercial use is said at once. */
export function knownLine({ title, licence }: KnownEncoder): string {
  return `${title} (${licence.commercial ? licence.title : 'no commercial use'})`;
}

/** Returns how fast an encoder is beside the one that comes with the service. */
export function speedLine(speed: number): string {
  const than = 'EfficientNet-Lite0 without a GPU';
  const times = (ratio: number) => `${ratio < 1.95 ? ratio.toFixed(1) : Math.round(ratio)} times`;
  if (speed < 1) return `Takes about ${times(1 / speed)} as long as ${than}`;
  return `About ${times(speed)} as fast as ${than}`;
}

/** Returns what an encoder costs: its parameters, its download and its speed. */
export function costLine({ parameters, bytes, speed, allowed }: KnownEncoder): string {
  const whose = allowed ? '' : ', only by an administrator';
  const size = `${Math.round(parameters / 1e6)} million parameters`;
  return `${size}, a download of about ${megabytes(bytes)}${whose}. ${speedLine(speed)}.`;
}

/** Returns the terms of an encoder's weights in words. */
export function licenceLine({ licence }: KnownEncoder): string {
  const forbidden = licence.commercial ? '' : ' Commercial use is not allowed.';
  return `Licence: ${licence.title}.${forbidden}${licence.note ? ` ${licence.note}` : ''}`;
}
