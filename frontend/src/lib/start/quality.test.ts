import { describe, expect, it } from 'vitest';
import { accuracyHint, accuracyWords, certificateWords, inOneLine } from './quality';

const accuracy = { top1: 0.8145, images: 505, round: 2, step: 3 };
const counts = { pool: 200, test: 0, truths: 0, labelled: 40, weak: 0, indicators: 0, excluded: 0 };
const certificate = { share: 0.0201, sure: 0.95, date: '2026-11-30', state: 'holds' as const };

describe('a project in the list', () => {
  it('says how good its newest model is, and by how much that is uncertain', () => {
    expect(accuracyWords(accuracy)).toBe('81% ± 4');
    expect(accuracyWords({ ...accuracy, top1: 1 })).toBe('100% ± 1');
    expect(accuracyWords({ ...accuracy, top1: 1, images: 10 })).toBe('100% ± 19');
    expect(accuracyHint(accuracy)).toBe('Round 2, step 3, on 505 test images');
  });

  it('says what is certified of its labels, and whether that still holds', () => {
    const said = (state: 'holds' | 'changed' | 'void') =>
      certificateWords({ certificate: { ...certificate, state }, counts });
    expect(said('holds')).toBe('at most 2.1 % wrong');
    expect(said('changed')).toBe('at most 2.1 % wrong before labels changed');
    expect(said('void')).toBe('void');
    expect(certificateWords({ certificate: null, counts })).toBeNull();
  });

  it('says that people have seen every label where they have, unless a certificate says more', () => {
    const seen = { ...counts, labelled: 200 };
    const said = (state: 'holds' | 'void') =>
      certificateWords({ certificate: { ...certificate, state }, counts: seen });
    expect(certificateWords({ certificate: null, counts: seen })).toBe('all seen by people');
    expect(said('void')).toBe('all seen by people');
    expect(said('holds')).toBe('at most 2.1 % wrong');
    const empty = { ...counts, pool: 0, labelled: 0 };
    expect(certificateWords({ certificate: null, counts: empty })).toBeNull();
  });

  it('says all of that in one line on a phone, and leaves out what is not known', () => {
    expect(inOneLine({ accuracy, certificate, counts })).toBe(
      '40 of 200 labelled · 81% ± 4 right · at most 2.1 % wrong'
    );
    expect(inOneLine({ accuracy: null, certificate: null, counts })).toBe('40 of 200 labelled');
  });
});
