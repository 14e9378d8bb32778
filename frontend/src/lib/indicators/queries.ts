import { queryOptions } from '@tanstack/svelte-query';
import { api, unwrap } from '$lib/api/client';
import { asProblem } from '$lib/api/problem';

type Candidates = { items: { image_id: string; cluster_size: number }[]; jobId: string | null };

/** The candidates of an encoder; while a job looks for them there are none, and `jobId` names it. */
export const candidatesQuery = (project_id: string, encoder: string) =>
  queryOptions({
    queryKey: ['project', project_id, 'candidates', encoder],
    queryFn: async (): Promise<Candidates> => {
      try {
        const { items } = await unwrap(
          api.GET('/api/v1/projects/{project_id}/indicator-candidates', {
            params: { path: { project_id }, query: { encoder } }
          })
        );
        return { items, jobId: null };
      } catch (error) {
        const problem = asProblem(error);
        if (problem.status !== 409 || typeof problem.body.job_id !== 'string') throw problem;
        return { items: [], jobId: problem.body.job_id };
      }
    }
  });
