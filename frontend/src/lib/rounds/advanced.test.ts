import { describe, expect, it } from 'vitest';
import { DEFAULTS } from './defaults';
import { HEADS, type HeadKind } from './heads';
import { STRATEGIES, type StrategyKind } from './strategies';
import { advancedConfig, DEFAULT_ADVANCED } from './advanced';

describe('the advanced choices of a round', () => {
  it("start from the service's defaults", () => {
    const { strategy, eigen_rule, finetune, seed } = advancedConfig(DEFAULT_ADVANCED);
    const { RoundConfig: round } = DEFAULTS;
    expect(round).toMatchObject({ strategy, eigen_rule, finetune, seed });
    expect(DEFAULT_ADVANCED).toMatchObject({
      head: DEFAULTS.FrozenFinetune.head,
      epochs: DEFAULTS.FullFinetune.epochs
    });
  });

  it.each(Object.keys(STRATEGIES) as StrategyKind[])('send the strategy %s', (strategy) => {
    expect(advancedConfig({ ...DEFAULT_ADVANCED, strategy }).strategy).toEqual({ kind: strategy });
  });

  it.each(Object.keys(HEADS) as HeadKind[])('send the head %s of the last layer', (head) => {
    const choices = { ...DEFAULT_ADVANCED, finetune: 'frozen', head } as const;
    expect(advancedConfig(choices).finetune).toEqual({ kind: 'frozen', head });
  });

  it('send no head where the whole model is trained', () => {
    const choices = { ...DEFAULT_ADVANCED, finetune: 'full', head: 'ridge', epochs: 5 } as const;
    expect(advancedConfig(choices).finetune).toEqual({
      kind: 'full',
      epochs: 5,
      train: 'all',
      flip: true
    });
    const still = { ...choices, flip: false } as const;
    expect(advancedConfig(still).finetune).toMatchObject({ kind: 'full', flip: false });
  });

  it("send the steps of BiT's HyperRule, not those of FixMatch", () => {
    const choices = { ...DEFAULT_ADVANCED, finetune: 'hyper_rule', ruleSteps: 50 } as const;
    expect(advancedConfig(choices).finetune).toEqual({ kind: 'hyper_rule', steps: 50, flip: true });
    expect(DEFAULT_ADVANCED.ruleSteps).toBe(DEFAULTS.HyperRuleFinetune.steps);
  });

  it('send steps and thresholds of FixMatch, and which part learns', () => {
    const choices = {
      ...DEFAULT_ADVANCED,
      finetune: 'fixmatch',
      steps: 200,
      thresholds: 'soft',
      train: 'last_stage'
    } as const;
    expect(advancedConfig(choices).finetune).toEqual({
      kind: 'fixmatch',
      steps: 200,
      thresholds: 'soft',
      train: 'last_stage',
      flip: DEFAULTS.FixMatchFinetune.flip
    });
  });
});
