import type { RoundConfig } from '$lib/api/types';

/** The parts of a round's configuration that have good defaults. */
export type AdvancedChoices = {
  strategy: 'ackmeans' | 'random';
  eigenRule: 'nearest' | 'densest';
  finetune: 'frozen' | 'full';
  epochs: number;
  seed: number;
};

export const DEFAULT_ADVANCED: AdvancedChoices = {
  strategy: 'ackmeans',
  eigenRule: 'densest',
  finetune: 'frozen',
  epochs: 60,
  seed: 0
};

/** Returns the choices as the service reads them; what is left out takes the service's own default. */
export function advancedConfig(
  choices: AdvancedChoices
): Pick<RoundConfig, 'strategy' | 'eigen_rule' | 'finetune' | 'seed'> {
  return {
    strategy: { kind: choices.strategy } as RoundConfig['strategy'],
    eigen_rule: choices.eigenRule,
    finetune: (choices.finetune === 'full'
      ? { kind: 'full', epochs: choices.epochs }
      : { kind: 'frozen' }) as RoundConfig['finetune'],
    seed: choices.seed
  };
}
