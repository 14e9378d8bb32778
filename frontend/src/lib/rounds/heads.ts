import type { FrozenFinetune } from '$lib/api/types';
import { DEFAULTS } from './defaults';

export type HeadKind = FrozenFinetune['head'];
type Head = { name: string; hint: string };

/** Every way in which the service fits the last layer alone. */
export const HEADS: Record<HeadKind, Head> = {
  logistic: {
    name: 'Logistic regression',
    hint: 'Weighs up what tells the categories apart; dependable with few and with many labels.'
  },
  ridge: {
    name: 'Ridge regression',
    hint: 'Nearly what logistic regression does, in a single calculation; good with many categories.'
  },
  nearest_mean: {
    name: 'Nearest mean',
    hint: 'Takes the category whose average labelled image is the most alike; good with one or two labels a category.'
  },
  propagation: {
    name: 'Label propagation',
    hint: 'Passes labels on from image to similar image through the collection; good with few labels and clear categories.'
  },
  propagation_logistic: {
    name: 'Propagation, then logistic',
    hint: 'Passes labels on to similar images first, then learns from those it is sure of as well; good with few labels.'
  },
  balanced_propagation: {
    name: 'Balanced propagation',
    hint: 'Passes labels on to similar images in two ways, learns from those it is sure of as well, and keeps frequent categories from drowning rare ones; good with few labels.'
  }
};

/** Returns the heads in the order of the form: the default first. */
export function headKinds(first: HeadKind = DEFAULTS.FrozenFinetune.head): HeadKind[] {
  const others = (Object.keys(HEADS) as HeadKind[]).filter((kind) => kind !== first);
  return [first, ...others];
}
