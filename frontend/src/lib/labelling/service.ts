import { address } from '$lib/address';
import { api, unwrap } from '$lib/api/client';
import type { LeaseItem } from '$lib/api/types';
import type { Service } from './session.svelte';
import type { Submission } from './submissions.svelte';
import { decodedPicture } from './task';

/** Returns what a labelling session needs of the service, for one round. */
export function serviceOf(round_id: string): Service {
  const path = { params: { path: { round_id } } };
  return {
    lease: (count) =>
      unwrap(api.POST('/api/v1/rounds/{round_id}/leases', { ...path, body: { count } })),
    renew: async (query_ids) =>
      (
        await unwrap(
          api.POST('/api/v1/rounds/{round_id}/leases/renew', { ...path, body: { query_ids } })
        )
      ).lost,
    mine: async () =>
      (
        await unwrap(
          api.GET('/api/v1/rounds/{round_id}/my-annotations', {
            params: { ...path.params, query: { limit: 100 } }
          })
        )
      ).items,
    image: (image_id) =>
      unwrap(api.GET('/api/v1/images/{image_id}', { params: { path: { image_id } } })),
    decode: decodedPicture,
    now: () => performance.now()
  };
}

/** Sends one answer, or takes one back; the request outlives the page. */
export async function sendSubmission(submission: Submission): Promise<LeaseItem | null> {
  const path = { query_id: submission.queryId };
  if (submission.answer === null) {
    const undone = await unwrap(
      api.DELETE('/api/v1/queries/{query_id}/annotation', { params: { path }, keepalive: true })
    );
    return undone.item;
  }
  await unwrap(
    api.PUT('/api/v1/queries/{query_id}/annotation', {
      params: { path, header: { 'Idempotency-Key': submission.key } },
      body: { ...submission.answer, seconds: submission.seconds },
      keepalive: true
    })
  );
  return null;
}

/** Gives leases back while the page goes away. */
export function releaseByBeacon(roundId: string, queryIds: string[]): void {
  if (queryIds.length === 0) return;
  const body = new Blob([JSON.stringify({ query_ids: queryIds })], { type: 'application/json' });
  navigator.sendBeacon(address(`/api/v1/rounds/${roundId}/leases/release`), body);
}
