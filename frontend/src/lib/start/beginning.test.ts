import { describe, expect, it } from 'vitest';
import { ApiProblem } from '$lib/api/problem';
import type { Encoder, Project } from '$lib/api/types';
import { Upload, type Import, type Meaning } from '$lib/images/upload.svelte';
import { Beginning } from './beginning.svelte';
import type { StartService } from './service';

const NOTHING = { duplicates: 0, rejected: [], labelled: 0, unlabelled: [], conflicts: [] };
const photos = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    file: new File(['x'], `${at}.jpg`),
    path: `Trash/${at}.jpg`
  }));
const meaning = (labels: Meaning['labels']): Meaning => ({
  labels,
  newCategories: labels !== 'ignore',
  holdBack: false
});

/** A service in which the encoder is ready after two looks, and an upload of `stored` images at the first batch. */
function service(stored: number, fields: Partial<StartService> = {}) {
  const calls: string[] = [];
  const sent: Import[] = [];
  let looks = 0;
  let pool = 0;
  const made: StartService = {
    makeProject: async (name, open) => {
      calls.push(`project ${name}${open ? ', open' : ''}`);
      return 'p';
    },
    upload: (_, files, as) => {
      sent.push(as);
      const upload = new Upload(async (batch) => {
        pool = stored;
        return { created: stored && batch.length, ...NOTHING };
      });
      upload.add(files, as);
      return upload;
    },
    project: async () => ({ counts: { pool }, active_round_id: null }) as unknown as Project,
    encoders: async () =>
      calls.includes('encoder')
        ? [{ id: 'e', state: ++looks > 2 ? 'ready' : 'pending' } as Encoder]
        : [],
    prepareEncoder: async () => {
      calls.push('encoder');
      return { id: 'e' };
    },
    startRound: async (_, encoder) => {
      calls.push(`round on ${encoder}`);
      return 'r';
    },
    wait: () => new Promise((resolve) => setTimeout(resolve)),
    ...fields
  };
  return { made, calls, sent };
}

describe('a drop', () => {
  it('makes a project, an encoder and a round, and leads to its first images', async () => {
    const { made, calls, sent } = service(50);
    const beginning = new Beginning(made);
    const next = await beginning.begin(photos(120), meaning('ignore'));
    expect(next).toBe('/rounds/r/annotate');
    expect(calls).toEqual(['project Trash, open', 'encoder', 'round on e']);
    expect(sent).toMatchObject([{ split: 'pool', labels: 'ignore', mixed: true }]);
    expect([beginning.stage, beginning.problem]).toEqual([null, null]);
  });

  it('leads to the project where all images have labels, or are to measure by', async () => {
    for (const [labels, split] of [['annotate', 'pool'], ['truth', 'test']] as const) {
      const { made, calls, sent } = service(50);
      const next = await new Beginning(made).begin(photos(3), meaning(labels));
      expect([next, calls]).toEqual(['/projects/p', ['project Trash']]);
      expect(sent).toMatchObject([{ split, labels }]);
    }
  }); // prettier-ignore

  it('of nothing that can be read says so', async () => {
    const { made } = service(0);
    const beginning = new Beginning(made);
    expect(await beginning.begin(photos(3), meaning('ignore'))).toBeNull();
    expect(beginning.problem?.message).toContain('None of these files');
    expect(beginning.projectId).toBe('p');
  });

  it('that was broken off goes on in its project, and to its round', async () => {
    const running = { counts: { pool: 9 }, active_round_id: 'old' } as unknown as Project;
    const { made, calls, sent } = service(9, { project: async () => running });
    const as: Import = { ...meaning('ignore'), split: 'pool', importId: 'i', mixed: true };
    const again = { projectId: 'q', name: 'Trash', sent: 4, total: 9, as };
    const next = await new Beginning(made).begin(photos(9), as, again);
    expect([next, sent]).toEqual(['/rounds/old/annotate', [as]]);
    expect(calls).not.toContain('project Trash, open');
  });

  it('says why an encoder cannot be prepared', async () => {
    const failed = { id: 'e', state: 'failed', error: 'No disk.' } as Encoder;
    const prepared: Encoder[] = [];
    const { made } = service(9, {
      encoders: async () => prepared,
      prepareEncoder: async () => (prepared.push(failed), failed)
    });
    const beginning = new Beginning(made);
    expect(await beginning.begin(photos(9), meaning('ignore'))).toBeNull();
    expect(beginning.problem).toEqual(new ApiProblem(409, 'No disk.'));
  });
});
