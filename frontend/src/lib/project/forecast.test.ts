import { describe, expect, it } from 'vitest';
import type { Forecast } from '$lib/api/types';
import { advice, goodNow, moreLabels } from './forecast';

const forecast: Forecast = {
  basis: 'test',
  round_id: 'r',
  step: 3,
  images: 505,
  accuracy: { middle: 0.8, low: 0.762, high: 0.838 },
  labels: 10,
  gain: { middle: 0.012, low: -0.003, high: 0.021 },
  seconds: 40.4,
  worth: 0.005,
  go_on: true
};

describe('the sentence above the curve', () => {
  it('says how good the model is, and by what', () => {
    expect(goodNow(forecast)).toBe('80% ± 4 of the rest are right, by 505 test images.');
    expect(goodNow({ ...forecast, basis: 'pool', images: 1 })).toBe(
      '80% ± 4 of the rest are right, by its own confidence in 1 image that it had no label of.'
    );
    const sure = { middle: 0.8, low: 0.799, high: 0.801 };
    expect(goodNow({ ...forecast, accuracy: sure })).toContain('± 1');
  });

  it('says what more labels would buy, and how long they take where that is known', () => {
    expect(moreLabels(forecast)).toBe('Ten more labels (about 40 s): +1.2 points (−0.3 to +2.1).');
    expect(moreLabels({ ...forecast, labels: 50, seconds: null })).toBe(
      '50 more labels: +1.2 points (−0.3 to +2.1).'
    );
  });

  it('advises by what labels have to be worth', () => {
    expect(advice(forecast)).toBe('Going on is worth it.');
    expect(advice({ ...forecast, go_on: false })).toBe(
      'Stopping here is sensible: less than 0.5 points are to be expected.'
    );
  });
});
