import type { Category, Encoder, Job, Project, Round } from '$lib/api/types';
import { usableEncoders } from '$lib/encoders/choose';
import { isLive } from '$lib/jobs/words';
import { OVER } from '$lib/rounds/states';

export type NextAction =
  | { kind: 'categories' | 'images' | 'encoder' | 'start' | 'wait' }
  | { kind: 'job'; job: Job }
  | { kind: 'indicators'; missing: Category[]; categories: number }
  | { kind: 'label' | 'review' | 'working' | 'paused' | 'failed' | 'finished'; round: Round };

type Situation = { project: Project; encoders: Encoder[]; round: Round | null; jobs: Job[] };

function ofRunningRound(round: Round): NextAction {
  if (round.state === 'labelling')
    return { kind: round.kind === 'review' ? 'review' : 'label', round };
  return { kind: round.state === 'paused' ? 'paused' : 'working', round };
}

/** Returns about how many images nobody has seen: those of the pool without a label. */
export function imagesLeft({ counts }: Project): number {
  return Math.max(0, counts.pool - counts.labelled - counts.excluded);
}

/**
 * Returns what the project needs next, from an empty one to a finished round.
 *
 * Pretraining, sources and measurements run behind: nothing waits for them.
 */
export function nextAction({ project, encoders, round, jobs }: Situation): NextAction {
  if (round && !OVER.includes(round.state)) return ofRunningRound(round);
  if (round?.state === 'failed') return { kind: 'failed', round };
  if (round?.state === 'done') return { kind: 'finished', round };
  if (project.role !== 'owner') return { kind: 'wait' };
  const categories = project.categories.filter((category) => !category.archived);
  // Where names are typed while labelling, neither categories nor their indicators are needed beforehand.
  const open = project.open_categories;
  if (categories.length < 2 && !open) return { kind: 'categories' };
  const running = (kind: Job['kind']) => jobs.find((job) => job.kind === kind && isLive(job));
  const importing = running('import');
  if (importing) return { kind: 'job', job: importing };
  if (project.counts.pool === 0) return { kind: 'images' };
  if (usableEncoders(encoders).length === 0) {
    const preparing = running('encoder');
    return preparing ? { kind: 'job', job: preparing } : { kind: 'encoder' };
  }
  const missing = categories.filter((category) => category.indicators === 0);
  if (missing.length > 0 && !open)
    return { kind: 'indicators', missing, categories: categories.length };
  return { kind: 'start' };
}
