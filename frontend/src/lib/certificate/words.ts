import type { Audit, AuditPlan, PlanRow } from '$lib/api/types';
import { count, counted } from '$lib/format';

const SOURCES: Record<PlanRow['source'], string> = {
  none: 'if none is wrong',
  model: 'as the model expects of itself',
  test: 'as on the test images',
  review: 'as on the newest pages of the review',
  audit: 'as in the last audit'
};

/** Returns a share as people say a goal: 1 %, 0.5 %. */
export const share = (value: number): string => `${Number((100 * value).toPrecision(2))} %`;

/** Returns a bound on a share, rounded up to a tenth of a percent as in a certificate. */
export const bound = (value: number): string => `${Math.ceil(1000 * value - 1e-9) / 10} %`;

/** Returns where an error rate comes from, in a sentence about what is wrong. */
export function rateWords({ source, rate }: PlanRow): string {
  return source === 'none' ? SOURCES.none : `${SOURCES[source]}, ${share(rate)} wrong`;
}

/** Returns what an audit takes at one rate. */
export function answerWords({ mean, most }: PlanRow): string {
  if (mean === null) return 'hardly passes: look at more images first';
  const about = `about ${counted(Math.max(1, Math.round(mean)), 'answer')}`;
  return most === null ? about : `${about}, at most ${count(most)} in nine of ten`;
}

/** Returns why an audit cannot begin yet, or null where it can. */
export function whyNot(plan: AuditPlan): string | null {
  if (plan.without_label > 0)
    return `${counted(plan.without_label, 'image')} ${plan.without_label === 1 ? 'has' : 'have'} no label of the model yet.`;
  return plan.images === 0 ? 'There are no images yet.' : null;
}

/** Returns how far an audit is, in one sentence. */
export function soFar({ progress, sure }: Audit): string {
  if (progress.counted === 0) return 'The first bound comes after ten answers';
  return `At most ${bound(progress.share_at_most)} wrong so far (${share(sure)})`;
}

/** Returns how much longer an audit takes, in one sentence. */
export function leftWords({ progress, population }: Audit): string {
  const left = progress.answers_left;
  if (progress.counted === 0) return `of ${counted(population, 'image')} that nobody has seen`;
  if (left === null) return 'it will hardly pass: more labels are wrong than the goal allows';
  return `about ${counted(left, 'answer')} to go`;
}
