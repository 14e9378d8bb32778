import type { Project } from '$lib/api/types';
import { bound } from '$lib/certificate/words';
import { count, percent } from '$lib/format';

type Accuracy = NonNullable<Project['accuracy']>;
type Certificate = NonNullable<Project['certificate']>;

const SURE = 1.96;

/**
 * Returns how good the newest model is, with how far 19 of 20 samples of so many images are off at most: by Agresti
 * and Coull (1998), for which a few images that are all right are no certainty.
 */
export function accuracyWords({ top1, images }: Accuracy): string {
  const counted = images + 4;
  const share = (top1 * images + 2) / counted;
  const off = SURE * Math.sqrt((share * (1 - share)) / counted);
  return `${percent(top1, 0)} ± ${Math.ceil(100 * off)}`;
}

/** Returns by what the accuracy was measured. */
export function accuracyHint({ images, round, step }: Accuracy): string {
  return `Round ${round}, step ${step}, on ${count(images)} test images`;
}

/** Returns what is known of how good a project's labels are; null where that is nothing. */
export function certificateWords({
  certificate,
  counts
}: Pick<Project, 'certificate' | 'counts'>): string | null {
  if (certificate && certificate.state !== 'void') return boundWords(certificate);
  if (counts.labelled > 0 && counts.labelled === counts.pool) return 'all seen by people';
  return certificate && 'void';
}

function boundWords({ share, state }: Certificate): string {
  const said = `at most ${bound(share)} wrong`;
  return state === 'changed' ? `${said} before labels changed` : said;
}

/** Returns the figures of a project in one line, for screens that have no room for their columns. */
export function inOneLine(project: Pick<Project, 'accuracy' | 'certificate' | 'counts'>): string {
  const { labelled, pool } = project.counts;
  const right = project.accuracy && `${accuracyWords(project.accuracy)} right`;
  const parts = [`${count(labelled)} of ${count(pool)} labelled`, right, certificateWords(project)];
  return parts.filter(Boolean).join(' · ');
}
