import type { QueryClient } from '@tanstack/svelte-query';
import { api, unwrap } from '$lib/api/client';
import { ApiProblem } from '$lib/api/problem';
import type { Encoder, Project, RoundConfig } from '$lib/api/types';
import { newKey } from '$lib/api/new-key';
import { prepareBundled } from '$lib/encoders/ready-made';
import type { Chosen } from '$lib/images/files';
import type { Import, Upload } from '$lib/images/upload.svelte';
import { uploads } from '$lib/images/uploads.svelte';
import { encodersQuery, projectQuery } from '$lib/queries';
import { DEFAULTS } from '$lib/rounds/defaults';
import { OPEN_ENDED } from '$lib/rounds/schedule';

/** What beginning with a drop needs from outside; tests bring their own. */
export type StartService = {
  makeProject: (name: string, openCategories: boolean) => Promise<string>;
  upload: (projectId: string, files: Chosen[], sent: Import, name: string) => Upload;
  project: (projectId: string) => Promise<Project>;
  encoders: (projectId: string) => Promise<Encoder[]>;
  prepareEncoder: (projectId: string) => Promise<{ id: string }>;
  startRound: (projectId: string, encoderId: string) => Promise<string>;
  wait: () => Promise<void>;
};

const LOOK_EVERY = 250;

/** A round that goes on until somebody ends it; what else it needs are defaults. */
const openEnded = (encoder_id: string): RoundConfig => ({
  ...DEFAULTS.RoundConfig,
  encoder_id,
  schedule: OPEN_ENDED.schedule,
  open_ended: true
});

export function startService(client: QueryClient): StartService {
  const path = (project_id: string) => ({ params: { path: { project_id } } });
  return {
    makeProject: async (name, open_categories) => {
      const body = { name, categories: [], open_categories, numbered: true };
      const { id } = await unwrap(api.POST('/api/v1/projects', { body }));
      // Read again once the person comes back: a row more would move the list under their eyes.
      void client.invalidateQueries({ queryKey: ['projects'], refetchType: 'none' });
      return id;
    },
    upload: (projectId, files, sent, name) => uploads.add(projectId, client, files, sent, name),
    project: (projectId) => client.fetchQuery({ ...projectQuery(projectId), staleTime: 0 }),
    encoders: async (projectId) =>
      (await client.fetchQuery({ ...encodersQuery(projectId), staleTime: 0 })).items,
    prepareEncoder: prepareBundled,
    startRound: async (projectId, encoderId) => {
      try {
        const round = await unwrap(
          api.POST('/api/v1/projects/{project_id}/rounds', {
            params: { ...path(projectId).params, header: { 'Idempotency-Key': newKey() } },
            body: { config: openEnded(encoderId) }
          })
        );
        return round.id;
      } catch (error) {
        // Somebody else was quicker: their round is the one to label in.
        const other = error instanceof ApiProblem && error.status === 409 && error.body.round_id;
        if (typeof other === 'string') return other;
        throw error;
      }
    },
    wait: () => new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
  };
}
