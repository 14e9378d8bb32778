import { queryOptions } from '@tanstack/svelte-query';
import { api, unwrap } from '$lib/api/client';

/** What is certified of a project, and its audit under way; asked again wherever the project is. */
export const certificatesQuery = (project_id: string) =>
  queryOptions({
    queryKey: ['project', project_id, 'certificates'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/projects/{project_id}/certificates', {
          params: { path: { project_id }, query: { limit: 1 } }
        })
      )
  });

/** What an audit would take; `goal` and `sure` are shares. */
export const planQuery = (project_id: string, goal: number, sure: number) =>
  queryOptions({
    queryKey: ['project', project_id, 'audit-plan', goal, sure],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/projects/{project_id}/audits/plan', {
          params: { path: { project_id }, query: { goal, sure } }
        })
      )
  });

export const auditQuery = (audit_id: string) =>
  queryOptions({
    queryKey: ['audit', audit_id],
    queryFn: () => unwrap(api.GET('/api/v1/audits/{audit_id}', { params: { path: { audit_id } } }))
  });

const OFTEN = 1_500;

/** A job that is waited for. */
export const jobQuery = (job_id: string) =>
  queryOptions({
    queryKey: ['job', job_id],
    queryFn: () => unwrap(api.GET('/api/v1/jobs/{job_id}', { params: { path: { job_id } } })),
    refetchInterval: OFTEN
  });
