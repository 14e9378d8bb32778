import type { FixMatchFinetune, FullFinetune, RoundConfig } from '$lib/api/types';
import { DEFAULTS } from './defaults';
import type { HeadKind } from './heads';
import type { StrategyKind } from './strategies';

/** The parts of a round's configuration that have good defaults. */
export type AdvancedChoices = {
  strategy: StrategyKind;
  eigenRule: RoundConfig['eigen_rule'];
  finetune: RoundConfig['finetune']['kind'];
  head: HeadKind;
  epochs: number;
  train: FullFinetune['train'];
  steps: number;
  thresholds: FixMatchFinetune['thresholds'];
  ruleSteps: number;
  flip: boolean;
  weakLabels: boolean;
  seed: number;
};

const {
  RoundConfig: ROUND,
  FrozenFinetune: FROZEN,
  FullFinetune: FULL,
  FixMatchFinetune: FIXMATCH,
  HyperRuleFinetune: HYPER_RULE
} = DEFAULTS;

export const DEFAULT_ADVANCED: AdvancedChoices = {
  strategy: ROUND.strategy.kind,
  eigenRule: ROUND.eigen_rule,
  finetune: ROUND.finetune.kind,
  head: FROZEN.head,
  epochs: FULL.epochs,
  train: FULL.train,
  steps: FIXMATCH.steps,
  thresholds: FIXMATCH.thresholds,
  ruleSteps: HYPER_RULE.steps,
  flip: FULL.flip,
  weakLabels: ROUND.weak_labels,
  seed: ROUND.seed
};

/** Returns the choices as the service reads them; what is left out takes the service's own default. */
export function advancedConfig(
  choices: AdvancedChoices
): Pick<RoundConfig, 'strategy' | 'eigen_rule' | 'finetune' | 'weak_labels' | 'seed'> {
  return {
    strategy: { kind: choices.strategy } as RoundConfig['strategy'],
    eigen_rule: choices.eigenRule,
    finetune: finetuneConfig(choices) as RoundConfig['finetune'],
    weak_labels: choices.weakLabels,
    seed: choices.seed
  };
}

function finetuneConfig({
  head,
  epochs,
  train,
  steps,
  thresholds,
  ruleSteps,
  flip,
  ...choices
}: AdvancedChoices) {
  const kinds = {
    frozen: { head },
    full: { epochs, train, flip },
    hyper_rule: { steps: ruleSteps, flip },
    fixmatch: { steps, train, thresholds, flip }
  };
  return { kind: choices.finetune, ...kinds[choices.finetune] };
}
