import { queryOptions } from '@tanstack/svelte-query';
import { api, unwrap } from '$lib/api/client';
import type { Job } from '$lib/api/types';

export type Candidates = { items: { image_id: string; cluster_size: number }[]; job: Job | null };

/** The candidates of an encoder; while a job looks for them there are none, and `job` is that job. */
export const candidatesQuery = (project_id: string, encoder: string) =>
  queryOptions({
    queryKey: ['project', project_id, 'candidates', encoder],
    queryFn: async (): Promise<Candidates> => {
      const params = { path: { project_id }, query: { encoder } };
      const path = '/api/v1/projects/{project_id}/indicator-candidates';
      const job = await unwrap(api.POST(path, { params }));
      if (job.state !== 'done') return { items: [], job };
      const { items } = await unwrap(api.GET(path, { params }));
      return { items, job: null };
    }
  });

/** Starts looking for candidates anew after a job that failed or was cancelled. */
export const seekAgain = (project_id: string, encoder: string): Promise<Job> =>
  unwrap(
    api.POST('/api/v1/projects/{project_id}/indicator-candidates', {
      params: { path: { project_id }, query: { encoder, again: true } }
    })
  );
