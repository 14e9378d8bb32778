import type { Job } from '$lib/api/types';
import { count, counted, percent } from '$lib/format';

export const isLive = (job: Job): boolean => job.state === 'queued' || job.state === 'running';

/** Returns what a live job is doing now. */
export function jobPhase(job: Job): string {
  if (job.cancelling) return 'Cancelling';
  if (job.phase === 'paused' && job.message) return `Paused: ${job.message}`;
  if (job.state === 'queued') return 'Waiting for a worker';
  if (!job.phase) return job.message || 'Starting';
  if (job.phase === 'waiting' && job.message) return `Waiting ${job.message}`;
  const phase = job.phase[0]!.toUpperCase() + job.phase.slice(1);
  return job.message ? `${phase}: ${job.message}` : phase;
}

/** Returns what came of a job, or how far it is. */
export function jobOutcome(job: Job): string {
  if (isLive(job)) return `${jobPhase(job)}, ${percent(job.progress, 0)}`;
  if (job.error) return job.error;
  const number = (name: string) => (job.result?.[name] as number | undefined) ?? 0;
  if (!job.result) return '';
  if (job.kind === 'import') {
    const [created, known, rejected] = ['created', 'duplicates', 'rejected_total'].map((name) =>
      count(number(name))
    );
    const unlabelled = number('unlabelled_total');
    const without = unlabelled > 0 ? `, ${count(unlabelled)} without a label` : '';
    return `${created} new, ${known} known, ${rejected} rejected${without}`;
  }
  if (job.kind === 'predict') {
    if (job.result.skipped) return `Nothing predicted. ${String(job.result.skipped)}`;
    const unreadable = number('unreadable');
    const lost = unreadable > 0 ? `, ${count(unreadable)} unreadable` : '';
    return `${counted(number('predicted'), 'image')} predicted${lost}`;
  }
  if (job.kind === 'source') return counted(number('images'), 'image');
  if (job.kind === 'pretrain' || job.kind === 'throughput') {
    return `${count(Math.round(number('images_per_second')))} images a second`;
  }
  return '';
}
