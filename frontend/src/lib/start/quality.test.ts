import { describe, expect, it } from 'vitest';
import { accuracyHint, accuracyWords, certificateWords } from './quality';

const accuracy = { top1: 0.8145, images: 505, round: 2, step: 3 };
const certificate = { share: 0.0201, sure: 0.95, date: '2026-11-30', state: 'holds' as const };

describe('a project in the list', () => {
  it('says how good its newest model is, and by how much that is uncertain', () => {
    expect(accuracyWords(accuracy)).toBe('81% ± 4');
    expect(accuracyWords({ ...accuracy, top1: 1 })).toBe('100% ± 1');
    expect(accuracyWords({ ...accuracy, top1: 1, images: 10 })).toBe('100% ± 19');
    expect(accuracyHint(accuracy)).toBe('Round 2, step 3, on 505 test images');
  });

  it('says what is certified of its labels, and whether that still holds', () => {
    expect(certificateWords(certificate)).toBe('at most 2.1 % wrong');
    expect(certificateWords({ ...certificate, state: 'changed' })).toBe(
      'at most 2.1 % wrong before labels changed'
    );
    expect(certificateWords({ ...certificate, state: 'void' })).toBe('void');
  });
});
