import { queryOptions } from '@tanstack/svelte-query';
import { api, unwrap } from '$lib/api/client';
import { Parameters } from '$lib/api/limits.json';
import { ApiProblem } from '$lib/api/problem';
import { mayBeSignedIn } from '$lib/account/signed-in';

/** As many as one answer may hold. */
const ALL = Parameters.limit.maximum;

/** What the pages read, each with the key under which it is kept. `['project', id]` is the root of a project. */
export const meQuery = () =>
  queryOptions({
    queryKey: ['me'],
    queryFn: async () => {
      if (!mayBeSignedIn()) throw new ApiProblem(401, 'Sign in first.');
      return unwrap(api.GET('/api/v1/me'));
    },
    retry: false,
    staleTime: 60_000
  });

export const projectsQuery = () =>
  queryOptions({
    queryKey: ['projects'],
    queryFn: () => unwrap(api.GET('/api/v1/projects', { params: { query: { limit: ALL } } }))
  });

export const projectQuery = (project_id: string) =>
  queryOptions({
    queryKey: ['project', project_id],
    queryFn: () =>
      unwrap(api.GET('/api/v1/projects/{project_id}', { params: { path: { project_id } } }))
  });

export const encodersQuery = (project_id: string) =>
  queryOptions({
    queryKey: ['project', project_id, 'encoders'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/projects/{project_id}/encoders', {
          params: { path: { project_id }, query: { limit: ALL } }
        })
      )
  });

export const roundsQuery = (project_id: string) =>
  queryOptions({
    queryKey: ['project', project_id, 'rounds'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/projects/{project_id}/rounds', {
          params: { path: { project_id }, query: { limit: 50 } }
        })
      )
  });

export const exportReportQuery = (project_id: string) =>
  queryOptions({
    queryKey: ['project', project_id, 'export-report'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/projects/{project_id}/export/report', { params: { path: { project_id } } })
      ),
    staleTime: 0
  });

export const forecastQuery = (project_id: string) =>
  queryOptions({
    queryKey: ['project', project_id, 'forecast'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/projects/{project_id}/forecast', { params: { path: { project_id } } })
      )
  });

export const disagreementQuery = (project_id: string) =>
  queryOptions({
    queryKey: ['project', project_id, 'disagreement'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/projects/{project_id}/disagreement', { params: { path: { project_id } } })
      )
  });

export const jobsQuery = (project: string) =>
  queryOptions({
    queryKey: ['project', project, 'jobs'],
    queryFn: () => unwrap(api.GET('/api/v1/jobs', { params: { query: { project, limit: 20 } } }))
  });

export const membersQuery = (project_id: string) =>
  queryOptions({
    queryKey: ['project', project_id, 'members'],
    queryFn: () =>
      unwrap(api.GET('/api/v1/projects/{project_id}/members', { params: { path: { project_id } } }))
  });

export const readRound = (round_id: string) =>
  unwrap(api.GET('/api/v1/rounds/{round_id}', { params: { path: { round_id } } }));

export const roundQuery = (round_id: string) =>
  queryOptions({ queryKey: ['round', round_id], queryFn: () => readRound(round_id) });

export const stepsQuery = (round_id: string) =>
  queryOptions({
    queryKey: ['round', round_id, 'steps'],
    queryFn: () =>
      unwrap(api.GET('/api/v1/rounds/{round_id}/steps', { params: { path: { round_id } } }))
  });
