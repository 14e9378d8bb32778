import { describe, expect, it } from 'vitest';
import type { Encoder, Job, Project, Round } from '$lib/api/types';
import { category } from '$lib/testing';
import { imagesLeft, nextAction } from './next-action';

const two = [category('glass', { indicators: 1 }), category('paper', { indicators: 1 })];
const counts = { pool: 100, test: 0, truths: 0, labelled: 0, weak: 0, indicators: 2, excluded: 0 };
const project = (fields: Partial<Project> = {}) =>
  ({ role: 'owner', categories: two, counts, ...fields }) as Project;
const ready = { kind: 'bundled', state: 'ready', created_at: '2026-01-01' } as Encoder;
const round = (state: Round['state'], number = 1) => ({ state, number }) as Round;
const job = (kind: Job['kind'], state: Job['state'] = 'running') => ({ kind, state }) as Job;

const situation = { project: project(), encoders: [ready], round: null, jobs: [] };
const kindOf = (fields: Partial<Parameters<typeof nextAction>[0]>) =>
  nextAction({ ...situation, ...fields }).kind;

describe('what a project needs next', () => {
  it('leads from an empty project to a round, one thing at a time', () => {
    expect(kindOf({ project: project({ categories: [] }) })).toBe('categories');
    expect(kindOf({ project: project({ counts: { ...counts, pool: 0 } }) })).toBe('images');
    expect(kindOf({ encoders: [] })).toBe('encoder');
    const bare = project({ categories: [two[0]!, category('metal')] });
    expect(nextAction({ ...situation, project: bare })).toMatchObject({
      kind: 'indicators',
      missing: [{ name: 'metal' }],
      categories: 2
    });
    expect(kindOf({})).toBe('start');
  });

  it('asks for no categories where they are named while labelling', () => {
    const open = { open_categories: true, categories: [] };
    expect(kindOf({ project: project(open) })).toBe('start');
    expect(kindOf({ project: project({ ...open, categories: [category('metal')] }) })).toBe(
      'start'
    );
  });

  it('leads to the pages of a review while one runs', () => {
    const review = { ...round('labelling'), kind: 'review' } as Round;
    expect(kindOf({ round: review })).toBe('review');
    expect(kindOf({ round: { ...review, state: 'proposing' } })).toBe('working');
    expect(kindOf({ round: { ...review, state: 'done' } })).toBe('finished');
    expect(imagesLeft(project({ counts: { ...counts, labelled: 30, excluded: 4 } }))).toBe(66);
  });

  it('shows the job that is waited for', () => {
    expect(kindOf({ jobs: [job('import')] })).toBe('job');
    expect(kindOf({ encoders: [], jobs: [job('encoder', 'queued')] })).toBe('job');
    expect(kindOf({ encoders: [], jobs: [job('encoder', 'failed')] })).toBe('encoder');
  });

  it.each(['pretrain', 'source', 'throughput'] as const)('does not wait for a %s job', (kind) => {
    const jobs = [job(kind)];
    expect(kindOf({ jobs })).toBe('start');
    expect(kindOf({ jobs, round: round('labelling') })).toBe('label');
    expect(kindOf({ jobs, encoders: [] })).toBe('encoder');
    expect(kindOf({ jobs, project: project({ counts: { ...counts, pool: 0 } }) })).toBe('images');
  });

  it.each([
    ['labelling', 'label'],
    ['proposing', 'working'],
    ['finetuning', 'working'],
    ['paused', 'paused'],
    ['failed', 'failed'],
    ['done', 'finished'],
    ['cancelled', 'start']
  ] as const)('of a round that is %s is %s', (state, kind) => {
    expect(kindOf({ round: round(state) })).toBe(kind);
  });

  it('leaves setting up to the owner', () => {
    const annotator = project({ role: 'annotator', categories: [] });
    expect(kindOf({ project: annotator })).toBe('wait');
    expect(kindOf({ project: annotator, round: round('labelling') })).toBe('label');
  });
});
