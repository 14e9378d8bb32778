import type { Round, RoundConfig } from '$lib/api/types';
import { modeName } from './review-modes';
import { DEFAULTS } from './defaults';
import { HEADS } from './heads';
import { STRATEGIES } from './strategies';

/** How a round that trains the encoder too is named. */
const TRAINED: Record<Exclude<RoundConfig['finetune']['kind'], 'frozen'>, string> = {
  full: 'whole model',
  hyper_rule: "whole model by BiT's HyperRule",
  fixmatch: 'FixMatch'
};

/** Returns the step that people are at: the oldest one with images open, where more than one is. */
export const stepNumber = ({ open_step, step }: Round): number => open_step ?? step;

/** Returns where a round is: "Step 3 of 9", "Step 3" where it has no end of its own, "Fit 4" of a review. */
export function stepOf(round: Round): string {
  if (round.kind === 'review') return `Fit ${round.step + 1}`;
  return `Step ${stepNumber(round)}${round.steps === null ? '' : ` of ${round.steps}`}`;
}

/** Returns the labels that a round asks for in all; of one without an end, what it has asked for so far. */
export const plannedLabels = ({ budget, asked }: Round): number => budget ?? asked;

/** Returns the name of a round's strategy. */
export const strategyName = ({ config }: Round): string => STRATEGIES[config.strategy.kind].name;

/** Returns how a round's labels become a model, as it is said inside a sentence. */
function learningName({ config: { finetune } }: Round): string {
  if (finetune.kind !== 'frozen') return TRAINED[finetune.kind];
  const { name } = HEADS[finetune.head];
  return name[0]!.toLowerCase() + name.slice(1);
}

/** Returns whether a round averages what is believed on two encoders. */
const averages = ({ config }: Round): boolean => Boolean(config.second_encoder_id);

/** Returns a round's strategy, and how it learns where that is not the default. */
export function methodName(round: Round): string {
  if (round.kind === 'review') return modeName(round.review?.mode);
  const { finetune } = round.config;
  const usual = finetune.kind === 'frozen' && finetune.head === DEFAULTS.FrozenFinetune.head;
  const parts = [strategyName(round), ...(usual ? [] : [learningName(round)])];
  return [...parts, ...(averages(round) ? ['two encoders'] : [])].join(', ');
}

/** Returns the one sentence that says how a round chooses images and learns. */
export function describeMethod(round: Round): string {
  const learns = {
    frozen: `only the last layer learns from the answers, by ${learningName(round)}`,
    full: 'the whole model learns from the answers',
    hyper_rule: "the whole model learns from the answers, by BiT's HyperRule",
    fixmatch: 'the whole model learns from the answers and from unlabelled images, by FixMatch'
  }[round.config.finetune.kind];
  const chosen =
    round.kind === 'review'
      ? 'Each step is a fit that learned from the pages reviewed before it'
      : `Images are chosen by ${strategyName(round)}`;
  const method = `${chosen}; ${learns}.`;
  return averages(round)
    ? `${method} What it believes on each of two encoders is averaged; the first of them chooses.`
    : method;
}
