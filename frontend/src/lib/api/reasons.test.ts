import { describe, expect, it } from 'vitest';
import { ApiProblem } from './problem';
import { isAt, reasonFor } from './reasons';

const problem = (field: string, reason: string) =>
  new ApiProblem(422, 'Not so.', { errors: [{ field, reason }] });

describe('what is wrong with a field', () => {
  it('is found whatever stands before its name', () => {
    const estimate = problem('config.epochs', 'Too few.');
    const create = problem('encoder.pretrain.config.epochs', 'Still too few.');
    expect(reasonFor('epochs', null, estimate)).toBe('Too few.');
    expect(reasonFor('epochs', create, estimate)).toBe('Still too few.');
    expect(reasonFor('size', create)).toBeUndefined();
  });

  it('needs no second mention elsewhere', () => {
    const bad = problem('encoder.config.source_id', 'Choose a source.');
    expect(isAt(bad, ['source_id', 'epochs'])).toBe(true);
    expect(isAt(bad, ['epochs'])).toBe(false);
    expect(isAt(null, ['epochs'])).toBe(false);
  });
});
