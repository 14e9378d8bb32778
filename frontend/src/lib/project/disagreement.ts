import type { Schemas } from '$lib/api/types';
import { counted, percent } from '$lib/format';

export type Disagreement = Schemas['DisagreementOut'];
type Person = Disagreement['people'][number];

const share = ({ contradicted, answers }: Person['newest']): string =>
  percent(contradicted / answers, 0);

/** Returns how many labels the model doubts, in words; nothing where there is none. */
export function doubtedWords(doubted: number): string {
  if (doubted === 0) return '';
  return `${counted(doubted, 'label')} ${doubted === 1 ? 'was' : 'were'} given against a guess that the model was more than half sure of.`;
}

/** Returns that the model suddenly disagrees with a person, beside what is usual. Who is right, nobody knows yet. */
export function personWords({ name, newest, earlier, others }: Person): string {
  const usual = [
    earlier && `${share(earlier)} of the answers before`,
    others && `${share(others)} of the others’ in the same steps`
  ].filter(Boolean);
  return (
    `The model disagrees with ${newest.contradicted} of the last ${newest.answers} answers of ${name}, ` +
    `beside ${usual.join(' and ')}. Either may be right.`
  );
}
