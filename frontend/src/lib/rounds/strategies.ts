import type { RoundConfig } from '$lib/api/types';
import { DEFAULTS } from './defaults';

export type StrategyKind = RoundConfig['strategy']['kind'];
type Family = 'typical' | 'spread' | 'unsure' | 'control';
type Strategy = { name: string; family: Family; hint: string };

const FAMILIES: Record<Family, string> = {
  typical: 'Typical images',
  spread: 'Spread out',
  unsure: 'Where the model is unsure',
  control: 'Control'
};

/** Every strategy that the service knows, in the order in which the form lists them. */
export const STRATEGIES: Record<StrategyKind, Strategy> = {
  ackmeans: {
    name: 'ACKMeans',
    family: 'typical',
    hint: 'Groups the images around those already labelled and asks about one of each new group; good from the first label on.'
  },
  typiclust: {
    name: 'TypiClust',
    family: 'typical',
    hint: 'Asks about the most typical image of each large group without a label; good for the very first labels.'
  },
  usl: {
    name: 'USL',
    family: 'typical',
    hint: 'Asks about a typical image of each group and keeps the chosen ones apart; good for one or two large steps.'
  },
  probcover: {
    name: 'ProbCover',
    family: 'spread',
    hint: 'Asks about the image with the most close lookalikes that no label reaches yet; good with few labels.'
  },
  max_herding: {
    name: 'MaxHerding',
    family: 'spread',
    hint: 'Chooses so that every image has a labelled one much like it; good with few labels and varied images.'
  },
  propagated_herding: {
    name: 'Propagated herding',
    family: 'spread',
    hint: 'Like balanced herding, but by the spread labels alone; good where categories have about as many images each.'
  },
  balanced_herding: {
    name: 'Balanced herding',
    family: 'spread',
    hint: 'Spreads the labels to similar images and asks about an image that stands for many it could not tell, rare categories first as labels come; good from the first label on.'
  },
  rdss: {
    name: 'RDSS',
    family: 'spread',
    hint: 'Chooses images that together mirror the collection, without near repeats; good for one or two large steps.'
  },
  k_centre: {
    name: 'K-centre',
    family: 'spread',
    hint: 'Asks about the image least like any labelled one, again and again; finds rare kinds, and odd or broken images too.'
  },
  uherding: {
    name: 'UHerding',
    family: 'unsure',
    hint: 'Like MaxHerding, but images the model is unsure of weigh more, once there is a model, and more labels make it look more closely; good with few and many labels.'
  },
  badge: {
    name: 'BADGE',
    family: 'unsure',
    hint: 'Asks about unlike images that would each teach the model most, spread out before there is a model; good for large steps.'
  },
  drop_query: {
    name: 'DropQuery',
    family: 'unsure',
    hint: 'Asks about unlike images whose guess changes when some of their features are left out, once there is a model; good with a strong encoder.'
  },
  margin: {
    name: 'Margin',
    family: 'unsure',
    hint: 'Asks where the model wavers between two categories, random before there is a model; good for telling similar ones apart later on.'
  },
  entropy: {
    name: 'Entropy',
    family: 'unsure',
    hint: 'Asks where the model has the least idea, random before there is a model; good once there are many labels.'
  },
  random: {
    name: 'Random',
    family: 'control',
    hint: 'Draws images by lot: what every other strategy has to beat.'
  }
};

const KINDS = Object.keys(STRATEGIES) as StrategyKind[];

export type StrategyGroup = { title: string; kinds: StrategyKind[] };

/** Returns the strategies in groups: the one that is recommended alone and first, then the others by family. */
export function strategyGroups(
  recommended: StrategyKind = DEFAULTS.RoundConfig.strategy.kind
): StrategyGroup[] {
  const families = (Object.keys(FAMILIES) as Family[]).map((family) => ({
    title: FAMILIES[family],
    kinds: KINDS.filter((kind) => kind !== recommended && STRATEGIES[kind].family === family)
  }));
  return [{ title: 'Recommended', kinds: [recommended] }, ...families].filter(
    ({ kinds }) => kinds.length > 0
  );
}

/** Returns which images an image of this strategy stands for, as the annotator reads it after their number. */
export const clusterWords = (kind: StrategyKind): string =>
  kind === 'ackmeans' ? 'of its group' : 'nearest to it';
