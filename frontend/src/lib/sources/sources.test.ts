import { describe, expect, it } from 'vitest';
import type { Source } from '$lib/api/types';
import {
  DATASETS,
  DOWNLOADS,
  sourceName,
  sourceSpec,
  sourceState,
  type SourceChoices
} from './sources';

const choices = (fields: Partial<SourceChoices>): SourceChoices => ({
  kind: 'dataset',
  dataset: 'digits-8x8',
  download: 'CIFAR10',
  projectId: 'p',
  path: '',
  ...fields
});

describe('a new source', () => {
  it('is what its kind says', () => {
    expect(sourceSpec(choices({}))).toEqual({ kind: 'dataset', name: 'digits-8x8' });
    expect(sourceSpec(choices({ kind: 'torchvision' }))).toMatchObject({ name: 'CIFAR10' });
    expect(sourceSpec(choices({ kind: 'project' }))).toMatchObject({ project_id: 'p' });
  });

  it('is a folder, or a zip with a folder inside', () => {
    const at = (path: string) => sourceSpec(choices({ kind: 'folder', path }));
    expect(at(' /srv/photos ')).toEqual({ kind: 'folder', path: '/srv/photos' });
    expect(at('/srv/photos.zip')).toEqual({ kind: 'zip', path: '/srv/photos.zip', folder: '' });
    expect(at('/srv/a.ZIP::train')).toEqual({ kind: 'zip', path: '/srv/a.ZIP', folder: 'train' });
    expect(at('/srv/old.zip/photos')).toMatchObject({ kind: 'folder' });
  });

  it('has a name to begin with', () => {
    expect(sourceName(choices({}), undefined)).toBe('Small digits');
    expect(sourceName(choices({ kind: 'torchvision' }), undefined)).toBe('CIFAR-10');
    expect(sourceName(choices({ kind: 'project' }), 'Trash photos')).toBe('Trash photos');
    expect(sourceName(choices({ kind: 'folder', path: '/srv/photos/' }), undefined)).toBe('photos');
    expect(sourceName(choices({ kind: 'folder', path: '/srv/a.zip' }), undefined)).toBe('a');
    expect(sourceName(choices({ kind: 'folder' }), undefined)).toBe('');
  });

  it('is offered once by each name', () => {
    for (const each of [DATASETS, DOWNLOADS]) {
      expect(new Set<string>(each.map(({ name }) => name)).size).toBe(each.length);
    }
  });
});

describe('the state of a source', () => {
  const source = (fields: Partial<Source>) =>
    ({ kind: 'dataset', state: 'pending', images: null, error: null, ...fields }) as Source;

  it('is its count, or what it waits for, or what is wrong', () => {
    expect(sourceState(source({ state: 'ready', images: 1797 }))).toBe('1,797 images');
    expect(sourceState(source({}))).toBe('Counting its images');
    expect(sourceState(source({ kind: 'torchvision' }))).toBe('Downloading and counting');
    expect(sourceState(source({ state: 'failed', error: 'No network.' }))).toBe('No network.');
  });
});
