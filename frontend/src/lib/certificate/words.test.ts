import { describe, expect, it } from 'vitest';
import type { Audit, AuditPlan, PlanRow } from '$lib/api/types';
import { answerWords, bound, leftWords, rateWords, share, soFar, whyNot } from './words';

const row = (fields: Partial<PlanRow>): PlanRow => ({
  source: 'model',
  rate: 0.004,
  mean: 373.4,
  median: 330,
  most: 640,
  ...fields
});
const progress = {
  answered: 120,
  counted: 120,
  found_wrong: 1,
  skipped: 0,
  wrong_at_most: 71,
  share_at_most: 0.02081,
  answers_left: 240
};
const audit = (fields: Partial<Audit['progress']> = {}) =>
  ({ sure: 0.95, population: 2692, progress: { ...progress, ...fields } }) as Audit;

describe('what an audit takes, in words', () => {
  it('says where a rate comes from and how many answers it means', () => {
    expect(rateWords(row({}))).toBe('as the model expects of itself, 0.4 % wrong');
    expect(rateWords(row({ source: 'none', rate: 0 }))).toBe('if none is wrong');
    expect(answerWords(row({}))).toBe('about 373 answers, at most 640 in nine of ten');
    expect(answerWords(row({ median: null, most: null, mean: 4331 }))).toBe('about 4,331 answers');
    expect(answerWords(row({ mean: null }))).toContain('hardly passes');
  });

  it('says why it cannot begin', () => {
    const plan = { images: 5, without_label: 1 } as AuditPlan;
    expect(whyNot(plan)).toBe('1 image has no label of the model yet.');
    expect(whyNot({ ...plan, without_label: 0 })).toBeNull();
    expect(whyNot({ ...plan, images: 0, without_label: 0 })).toContain('no images');
  });

  it('rounds a bound up and a goal not at all', () => {
    expect([bound(0.02081), bound(0.02), bound(0)]).toEqual(['2.1 %', '2 %', '0 %']);
    expect([share(0.01), share(0.005), share(0.95)]).toEqual(['1 %', '0.5 %', '95 %']);
  });

  it('says how far it is and how much is left', () => {
    expect(soFar(audit())).toBe('At most 2.1 % wrong so far (95 %)');
    expect(leftWords(audit())).toBe('about 240 answers to go');
    expect(leftWords(audit({ answers_left: null }))).toContain('hardly pass');
    expect(soFar(audit({ counted: 0 }))).toBe('The first bound comes after ten answers');
    expect(leftWords(audit({ counted: 0 }))).toBe('of 2,692 images that nobody has seen');
  });
});
