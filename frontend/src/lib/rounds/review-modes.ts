import type { Schemas } from '$lib/api/types';

export type ReviewMode = NonNullable<Schemas['ReviewConfig']['mode']>;

/** The modes of a review as they are offered, with what each shows. */
export const MODES: { mode: ReviewMode; name: string; hint: string; reviewers?: true }[] = [
  {
    mode: 'surest',
    name: 'Surest first',
    hint: 'The fewest gestures until every image is seen.'
  },
  {
    mode: 'least_sure',
    name: 'Least sure first',
    hint: 'The fewest wrong labels among what is left.'
  },
  {
    mode: 'changed',
    name: 'Changed since the last fit',
    hint: 'What the model calls otherwise than before; then the surest.'
  },
  {
    mode: 'far',
    name: 'Unlike anything labelled',
    hint: 'Perhaps something new: a name that you type becomes a category.'
  },
  {
    mode: 'disagree',
    name: 'Labels that the model doubts',
    hint: 'Labels of people that a model without them finds unlikely.',
    reviewers: true
  }
];

/** Returns the name of a mode. */
export const modeName = (mode: ReviewMode | undefined): string =>
  MODES.find((each) => each.mode === mode)?.name ?? '';
