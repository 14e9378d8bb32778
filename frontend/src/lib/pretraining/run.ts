import type { Curve, CurvePoint, Encoder, Job } from '$lib/api/types';
import { count, counted, duration } from '$lib/format';
import { isLive, jobPhase } from '$lib/jobs/words';

/** The three curves of a run, and how to read each. */
export const CURVES = [
  { name: 'loss', title: 'Loss', hint: 'telling images apart; lower is better' },
  {
    name: 'alignment',
    title: 'Alignment',
    hint: 'distance of two views of one image; lower is better'
  },
  { name: 'uniformity', title: 'Uniformity', hint: 'how evenly images spread; lower is more even' }
] as const;

/** What some points say beside them, of images whose class is known, and how to read each. */
export const MEASURES = [
  {
    name: 'knn_accuracy',
    title: 'Nearest neighbours',
    hint: 'labelled images whose class the 20 most alike name; higher is better'
  },
  {
    name: 'bcubed',
    title: 'BCubed F',
    hint: 'how well as many groups as classes agree with these; higher is better'
  }
] as const;

type Measured = CurvePoint & { knn_accuracy: number; bcubed: number };

/** Returns the points that say how well known classes separate. */
export const measuredOf = (points: readonly CurvePoint[]): Measured[] =>
  points.filter((point): point is Measured => point.knn_accuracy !== null && point.bcubed !== null);

/** Returns the points of a table: at most `most`, evenly chosen, and all that have been measured. */
export function rowsOf(points: readonly CurvePoint[], most: number): CurvePoint[] {
  const shown = new Set([...thinned(points, most), ...measuredOf(points)]);
  return points.filter((point) => shown.has(point));
}

/** What a pretraining is doing: `live` has a job, `stopped` can go on, `over` is ready or beyond help. */
export type Run =
  { state: 'live'; job: Job } | { state: 'stopped'; from: number } | { state: 'over' };

/** Returns what the pretraining of `encoder` is doing, by its curve and the jobs worth showing. */
export function runOf(encoder: Encoder, curve: Curve, jobs: Job[]): Run {
  const job = jobs.find((each) => each.id === curve.job_id);
  if (job && isLive(job)) return { state: 'live', job };
  if (encoder.state === 'ready' || !curve.resumable) return { state: 'over' };
  return { state: 'stopped', from: curve.checkpoint_step ?? 0 };
}

/** Returns what of a job changes when its run has come further. */
export const pulse = (job: Job | undefined): string =>
  job ? `${job.state} ${job.progress} ${job.message ?? ''}` : '';

/** Returns from where a stopped run goes on. */
export const goesOn = (from: number): string =>
  from > 0
    ? `Goes on from step ${count(from)} when it is resumed.`
    : 'No step was kept: it starts again when it is resumed.';

/** Returns the speed and the time left of a live run, as far as they are known. */
export function paceOf({ points }: Curve): string {
  const last = points.at(-1);
  if (!last) return '';
  const left = last.seconds_left > 0 ? `, ${duration(Math.ceil(last.seconds_left))} left` : '';
  return `${counted(Math.round(last.images_per_second), 'image')} a second${left}`;
}

/** Returns what a live run is doing: its pace once it trains, before that what it waits for. */
export function statusOf(job: Job, curve: Curve): string {
  const training = job.state === 'running' && job.phase === 'pretraining' && !job.cancelling;
  return (training && paceOf(curve)) || jobPhase(job);
}

/** Returns at most `most` of the points, evenly chosen, the first and the last among them. */
export function thinned<Point>(points: readonly Point[], most: number): Point[] {
  if (points.length <= most) return [...points];
  return Array.from(
    { length: most },
    (_, index) => points[Math.round((index * (points.length - 1)) / (most - 1))]!
  );
}
