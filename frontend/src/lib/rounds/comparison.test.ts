import { describe, expect, it } from 'vitest';
import { differenceWords, embeddingWords, isMeasuring, rightWords } from './comparison';

const measured = {
  encoder_id: 'a',
  state: 'measured' as const,
  accuracy: 0.712,
  standard_error: 0.049,
  labels: 40,
  images_left: 1200,
  seconds: 75.2
};
const unknown = {
  ...measured,
  accuracy: null,
  standard_error: null,
  labels: null,
  images_left: null,
  seconds: null
};

describe('encoders compared on the labels that there are', () => {
  it('are told with their standard error and the labels', () => {
    expect(rightWords(measured)).toBe('71% ± 5 of 40 labels');
    expect(rightWords({ ...unknown, state: 'measuring' })).toBe('Being measured');
    expect(rightWords({ ...unknown, state: 'failed' })).toBe('Not measured');
    expect(rightWords({ ...unknown, state: 'none' })).toBe('');
  });

  it('say what embedding the rest takes', () => {
    expect(embeddingWords(measured)).toBe('1,200 images to embed: about 1 min 15 s');
    expect(embeddingWords({ ...measured, images_left: 1, seconds: 0.1 })).toBe(
      '1 image to embed: about 1 s'
    );
    expect(embeddingWords({ ...measured, images_left: 0, seconds: 0 })).toBe('Embedded already');
    expect(embeddingWords({ ...unknown, state: 'measuring' })).toBe('');
  });

  it('differ where the labels show it', () => {
    const found = {
      encoder_id: 'a',
      other_id: 'b',
      difference: 0.18,
      standard_error: 0.06,
      labels: 20,
      shown: true
    };
    const name = (id: string) => ({ a: 'Ours', b: 'Theirs' })[id] ?? '';
    expect(differenceWords(found, name)).toBe(
      'Ours is right more often than Theirs: by 18 ± 6 points.'
    );
    expect(differenceWords({ ...found, shown: false }, name)).toBe(
      'Ours and Theirs: no difference that 20 labels could show.'
    );
  });

  it('are asked for again while one is being measured', () => {
    const comparison = { enough: true, labels: 4, items: [measured], differences: [] };
    expect(isMeasuring(comparison)).toBe(false);
    const waiting = { ...unknown, state: 'measuring' as const };
    expect(isMeasuring({ ...comparison, items: [measured, waiting] })).toBe(true);
  });
});
