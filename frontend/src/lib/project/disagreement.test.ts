import { describe, expect, it } from 'vitest';
import { doubtedWords, personWords } from './disagreement';

describe('what the model disagrees with', () => {
  it('counts labels', () => {
    expect(doubtedWords(0)).toBe('');
    expect(doubtedWords(1)).toBe(
      '1 label was given against a guess that the model was more than half sure of.'
    );
    expect(doubtedWords(12)).toBe(
      '12 labels were given against a guess that the model was more than half sure of.'
    );
  });

  it('names a person beside what is usual', () => {
    const anna = {
      user_id: 'a',
      name: 'anna',
      newest: { contradicted: 16, answers: 20 },
      earlier: { contradicted: 10, answers: 50 },
      others: null
    };
    expect(personWords(anna)).toBe(
      'The model disagrees with 16 of the last 20 answers of anna, beside 20% of the answers before. Either may be right.'
    );
    const others = { contradicted: 6, answers: 24 };
    expect(personWords({ ...anna, others })).toContain(
      'beside 20% of the answers before and 25% of the others’ in the same steps.'
    );
  });
});
