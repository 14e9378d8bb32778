import { queryOptions } from '@tanstack/svelte-query';
import { api, unwrap } from '$lib/api/client';
import type { Estimate, PretrainConfig } from '$lib/api/types';

const ASK_AGAIN = 2000;

/** Returns whether the speed of this machine is being measured. */
export const isMeasured = (estimate: Estimate): boolean =>
  estimate.seconds === null && estimate.job_id !== null;

/** What a pretraining would take; asked for again while the speed is being measured. */
export const estimateQuery = (project_id: string, config: PretrainConfig) =>
  queryOptions({
    queryKey: ['estimate', project_id, config],
    queryFn: () =>
      unwrap(
        api.POST('/api/v1/projects/{project_id}/encoders/estimate', {
          params: { path: { project_id } },
          body: { config }
        })
      ),
    retry: false,
    refetchInterval: ({ state }) => (state.data && isMeasured(state.data) ? ASK_AGAIN : false)
  });

export const curveKey = (project_id: string, encoder_id: string) =>
  ['project', project_id, 'curve', encoder_id] as const;

/** How a pretraining has gone so far. */
export const curveQuery = (project_id: string, encoder_id: string) =>
  queryOptions({
    queryKey: curveKey(project_id, encoder_id),
    queryFn: () =>
      unwrap(api.GET('/api/v1/encoders/{encoder_id}/curve', { params: { path: { encoder_id } } }))
  });
