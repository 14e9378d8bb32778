const whole = new Intl.NumberFormat('en');
const date = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23'
});

/** Returns a count with thousands separated: 4,000. */
export const count = (value: number): string => whole.format(value);

/** Returns a count with its word: `1 image`, `2,016 images`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${whole.format(value)} ${value === 1 ? one : many}`;

/** Returns a share between 0 and 1 as a percentage with one decimal: 68.4%. */
export const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)}%`;

/** Returns a moment in the reader's own time zone. */
export const moment = (iso: string): string => date.format(new Date(iso));

/** Returns a duration as people say it: 0.4 s, 12 s, 3 min 5 s, 2 h 4 min. */
export function duration(seconds: number): string {
  if (seconds < 10 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`;
  const rounded = Math.round(seconds);
  if (rounded < 60) return `${rounded} s`;
  const minutes = Math.floor(rounded / 60);
  if (minutes < 60) return rounded % 60 ? `${minutes} min ${rounded % 60} s` : `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Returns a number of bytes as a download's size is told: 47 MB, 4.1 GB. */
export const megabytes = (bytes: number): string =>
  bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

/** Returns the seconds of all phases together. */
export const total = (seconds: Record<string, number>): number =>
  Object.values(seconds).reduce((sum, value) => sum + value, 0);
