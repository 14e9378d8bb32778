import { describe, expect, it } from 'vitest';
import type { Curve, Encoder, Job } from '$lib/api/types';
import { goesOn, measuredOf, paceOf, pulse, rowsOf, runOf, statusOf, thinned } from './run';

const pending = { id: 'e', kind: 'pretrain', state: 'pending' } as Encoder;
const curve = (fields: Partial<Curve> = {}): Curve => ({
  points: [],
  job_id: 'j',
  checkpoint_step: null,
  resumable: false,
  ...fields
});
const job = (fields: Partial<Job> = {}) =>
  ({
    id: 'j',
    kind: 'pretrain',
    state: 'running',
    progress: 0.25,
    message: null,
    ...fields
  }) as Job;
const point = (fields: object) => ({ images_per_second: 0, seconds_left: 0, ...fields }) as never;

describe('a pretraining run', () => {
  it('lives as long as its newest job does', () => {
    expect(runOf(pending, curve(), [job({ id: 'other' }), job()])).toEqual({
      state: 'live',
      job: job()
    });
    expect(runOf(pending, curve(), [job({ state: 'queued' })]).state).toBe('live');
  });

  it('can go on where it ended early', () => {
    const failed = { ...pending, state: 'failed' } as Encoder;
    const stopped = curve({ resumable: true, checkpoint_step: 12 });
    expect(runOf(failed, stopped, [job({ state: 'cancelled' })])).toEqual({
      state: 'stopped',
      from: 12
    });
    expect(runOf(failed, curve({ resumable: true }), [])).toEqual({ state: 'stopped', from: 0 });
    expect(runOf(failed, curve(), []).state).toBe('over');
    expect(runOf({ ...pending, state: 'ready' } as Encoder, stopped, []).state).toBe('over');
  });

  it('says from where it goes on', () => {
    expect(goesOn(1200)).toBe('Goes on from step 1,200 when it is resumed.');
    expect(goesOn(0)).toContain('starts again');
  });

  it('says how quick it is and what is left', () => {
    const points = [point({ images_per_second: 1210.4, seconds_left: 184.2 })];
    expect(paceOf(curve({ points }))).toBe('1,210 images a second, 3 min 5 s left');
    expect(paceOf(curve({ points: [point({ images_per_second: 80 })] }))).toBe(
      '80 images a second'
    );
    expect(paceOf(curve())).toBe('');
  });

  it('has no pace while it does not train', () => {
    const points = [point({ images_per_second: 80 })];
    const training = job({ phase: 'pretraining' });
    expect(statusOf(training, curve({ points }))).toBe('80 images a second');
    expect(statusOf(training, curve())).toBe('Pretraining');
    expect(statusOf(job({ state: 'queued' }), curve({ points }))).toBe('Waiting for a worker');
    expect(statusOf({ ...training, cancelling: true }, curve({ points }))).toBe('Cancelling');
  });

  it('changes its pulse when it has come further', () => {
    expect(pulse(job())).not.toBe(pulse(job({ progress: 0.26 })));
    expect(pulse(job())).toBe(pulse(job({ attempts: 2 })));
    expect(pulse(undefined)).toBe('');
  });

  it('says in some points how well classes separate, and its table has all of them', () => {
    const points = Array.from({ length: 101 }, (_, step) =>
      point({ step, knn_accuracy: step === 7 ? 0.5 : null, bcubed: step === 7 ? 0.25 : null })
    );
    expect(measuredOf(points)).toEqual([points[7]]);
    expect(rowsOf(points, 6)).toEqual([0, 7, 20, 40, 60, 80, 100].map((step) => points[step]));
  });

  it('is told in few of its points', () => {
    const all = Array.from({ length: 101 }, (_, index) => index);
    expect(thinned(all, 6)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(thinned([1, 2], 6)).toEqual([1, 2]);
  });
});
