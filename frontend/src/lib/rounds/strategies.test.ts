import { describe, expect, it } from 'vitest';
import { DEFAULTS } from './defaults';
import { clusterWords, STRATEGIES, strategyGroups, type StrategyKind } from './strategies';

const KINDS = Object.keys(STRATEGIES) as StrategyKind[];

describe('the strategies in the form', () => {
  it('are each listed once, the recommended one alone and first, whichever it is', () => {
    for (const recommended of KINDS) {
      const groups = strategyGroups(recommended);
      expect(groups[0]).toEqual({ title: 'Recommended', kinds: [recommended] });
      expect(groups.flatMap(({ kinds }) => kinds).toSorted()).toEqual(KINDS.toSorted());
      expect(groups.every(({ kinds }) => kinds.length > 0)).toBe(true);
    }
  });

  it("recommend the service's default", () => {
    expect(strategyGroups()[0]!.kinds).toEqual([DEFAULTS.RoundConfig.strategy.kind]);
  });

  it('leave out a family that has nothing else to offer', () => {
    const titles = (recommended: StrategyKind) =>
      strategyGroups(recommended).map(({ title }) => title);
    expect(titles('ackmeans')).toEqual([
      'Recommended',
      'Typical images',
      'Spread out',
      'Where the model is unsure',
      'Control'
    ]);
    expect(titles('random')).not.toContain('Control');
  });

  it.each(KINDS)('%s has a name of its own and one sentence', (kind) => {
    const { name, hint } = STRATEGIES[kind];
    expect(KINDS.filter((other) => STRATEGIES[other].name === name)).toEqual([kind]);
    expect(hint).toMatch(/^[A-Z][^.]+\.$/);
  });

  it.each(KINDS.filter((kind) => STRATEGIES[kind].family === 'unsure'))(
    '%s says that it needs a model',
    (kind) => {
      expect(STRATEGIES[kind].hint).toContain('there is a model');
    }
  );
});

describe('what an image stands for', () => {
  it('is a group only where the strategy makes groups', () => {
    expect(clusterWords('ackmeans')).toBe('of its group');
    expect(clusterWords('random')).toBe('nearest to it');
    expect(clusterWords('margin')).toBe('nearest to it');
  });
});
