import { describe, expect, it } from 'vitest';
import type { Round } from '$lib/api/types';
import { DEFAULTS } from './defaults';
import { HEADS, type HeadKind } from './heads';
import { STRATEGIES, type StrategyKind } from './strategies';
import { describeMethod, methodName, plannedLabels, stepOf, strategyName } from './words';

const usual = DEFAULTS.FrozenFinetune.head;
const other = (Object.keys(HEADS) as HeadKind[]).find((kind) => kind !== usual)!;
const frozen = (head: HeadKind) => ({ kind: 'frozen', head });
const round = (kind: StrategyKind, finetune: object = frozen(usual)) =>
  ({ config: { strategy: { kind }, finetune } }) as Round;

describe('the method of a round', () => {
  it.each(Object.keys(STRATEGIES) as StrategyKind[])('is named for %s', (kind) => {
    expect(strategyName(round(kind))).toBe(STRATEGIES[kind].name);
    expect(methodName(round(kind))).toBe(STRATEGIES[kind].name);
  });

  it('names how it learns where that is not the default', () => {
    const name = HEADS[other].name;
    expect(methodName(round('typiclust', frozen(other)))).toBe(`TypiClust, ${name.toLowerCase()}`);
    expect(methodName(round('random', { kind: 'full' }))).toBe('Random, whole model');
    expect(methodName(round('random', { kind: 'hyper_rule' }))).toBe(
      "Random, whole model by BiT's HyperRule"
    );
  });

  it('says that two encoders are averaged', () => {
    const { config } = round('usl');
    const both = { config: { ...config, second_encoder_id: 'b' } } as Round;
    expect(methodName(both)).toBe('USL, two encoders');
    expect(describeMethod(both)).toContain(describeMethod(round('usl')));
    expect(describeMethod(both)).toContain('each of two encoders is averaged');
    expect(
      describeMethod({ config: { ...config, second_encoder_id: null } } as Round)
    ).not.toContain('averaged');
  });

  it('is told in one sentence', () => {
    expect(describeMethod(round('usl', frozen('nearest_mean')))).toBe(
      'Images are chosen by USL; only the last layer learns from the answers, by nearest mean.'
    );
    expect(describeMethod(round('badge', { kind: 'fixmatch' }))).toBe(
      'Images are chosen by BADGE; the whole model learns from the answers and from unlabelled images, by FixMatch.'
    );
    expect(describeMethod({ ...round('usl'), kind: 'review' })).toBe(
      'Each step is a fit that learned from the pages reviewed before it; only the last layer learns from the answers, by balanced propagation.'
    );
    expect(describeMethod(round('badge', { kind: 'full' }))).toBe(
      'Images are chosen by BADGE; the whole model learns from the answers.'
    );
  });
});

describe('the place of a round', () => {
  const at = (place: Partial<Round>) =>
    ({ step: 3, open_step: 3, steps: 9, budget: 27, asked: 9, ...place }) as Round;

  it('is the oldest step with images open, of all there are', () => {
    expect(stepOf(at({}))).toBe('Step 3 of 9');
    expect(stepOf(at({ open_step: null }))).toBe('Step 3 of 9');
    expect(stepOf(at({ step: 5 }))).toBe('Step 3 of 9');
  });

  it('has no end in an open-ended round, whose plan is what it has asked for', () => {
    expect(stepOf(at({ steps: null }))).toBe('Step 3');
    expect([plannedLabels(at({})), plannedLabels(at({ budget: null }))]).toEqual([27, 9]);
  });
});
