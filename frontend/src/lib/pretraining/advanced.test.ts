import { describe, expect, it } from 'vitest';
import { numbersWith, VIEWS } from './advanced';
import { startingChoices } from './choices';
import { pretrainConfig } from './pretrain';
import { ADVANCED_FIELDS } from './fields';

const numbers = [...numbersWith(128), ...VIEWS];
const choices = { ...startingChoices(28), sourceId: 's' };

describe('the numbers under Advanced', () => {
  it('start within their bounds, or may be left out', () => {
    for (const { key, min, max, automatic } of numbers) {
      const value = choices[key];
      expect(value === null, key).toBe(automatic !== undefined);
      if (value !== null) expect(value >= min && value <= max, key).toBe(true);
    }
  });

  it('each reach the configuration, under the name that the service complains about', () => {
    const flat = (key: string, value: number) => {
      const config = pretrainConfig({ ...choices, [key]: value }, { source: 1797, target: 140 });
      return { ...config, ...config.augmentation } as Record<string, unknown>;
    };
    for (const { key, name } of numbers) {
      expect(flat(key, 0.123)[name], key).toBe(0.123);
      expect(ADVANCED_FIELDS as readonly string[]).toContain(name);
    }
  });
});
