import { describe, expect, it } from 'vitest';
import type { Job } from '$lib/api/types';
import { jobOutcome, jobPhase } from './words';

const job = (kind: Job['kind'], fields: Partial<Job> = {}) =>
  ({ kind, state: 'done', step: null, progress: 1, error: null, result: null, ...fields }) as Job;

describe('a job in words', () => {
  it('ends in what it made', () => {
    const imported = { created: 4012, duplicates: 3 };
    expect(jobOutcome(job('import', { result: imported }))).toBe('4,012 new, 3 known, 0 rejected');
    const unlabelled = { ...imported, unlabelled_total: 1204 };
    expect(jobOutcome(job('import', { result: unlabelled }))).toBe(
      '4,012 new, 3 known, 0 rejected, 1,204 without a label'
    );
    expect(jobOutcome(job('source', { result: { images: 1797 } }))).toBe('1,797 images');
    const predicted = { predicted: 1, unreadable: 2 };
    expect(jobOutcome(job('predict', { result: predicted }))).toBe(
      '1 image predicted, 2 unreadable'
    );
    const skipped = { predicted: 0, unreadable: 0, skipped: 'Start a new round.' };
    expect(jobOutcome(job('predict', { result: skipped }))).toBe(
      'Nothing predicted. Start a new round.'
    );
    const speed = { images_per_second: 1306.9 };
    expect(jobOutcome(job('pretrain', { result: speed }))).toBe('1,307 images a second');
    expect(jobOutcome(job('throughput', { result: speed }))).toBe('1,307 images a second');
    expect(jobOutcome(job('encoder', { result: { encoder_id: 'e' } }))).toBe('');
  });

  it('says what it waits for', () => {
    const waiting = { state: 'running', phase: 'waiting', message: 'for images' } as const;
    expect(jobPhase(job('pretrain', waiting))).toBe('Waiting for images');
    expect(jobPhase(job('pretrain', { state: 'queued' }))).toBe('Waiting for a worker');
  });

  it('says how far it is, or why it ended', () => {
    const running = { state: 'running', progress: 0.13, phase: 'pretraining', message: 'epoch 2' };
    expect(jobOutcome(job('pretrain', running as Partial<Job>))).toBe('Pretraining: epoch 2, 13%');
    expect(jobOutcome(job('source', { state: 'failed', error: 'No network.' }))).toBe(
      'No network.'
    );
    expect(jobOutcome(job('pretrain', { state: 'cancelled' }))).toBe('');
  });
});
