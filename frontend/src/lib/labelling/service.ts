import { address } from '$lib/address';
import { api, unwrap } from '$lib/api/client';
import type { Image, Leases } from '$lib/api/types';
import { newKey } from '$lib/api/new-key';
import { PictureLoader } from './ahead';
import type { Answered } from './task';
import type { AnswerSubmission, Reply } from './submissions.svelte';

/** What a session needs from outside; tests bring their own. */
export type Service = {
  lease: (count: number) => Promise<Leases>;
  renew: (queryIds: string[]) => Promise<string[]>;
  release: (queryIds: string[]) => void;
  mine: () => Promise<Answered[]>;
  image: (imageId: string) => Promise<Image>;
  load: (imageId: string, urgent?: boolean) => Promise<HTMLImageElement | null>;
  /** Breaks off the loading of all images but these; `end` that of all, for good. */
  keep: (imageIds: string[]) => void;
  end: () => void;
  now: () => number;
};

/** By this name the service tells the tabs of one person apart: no two are given the same image. */
export const HOLDER = newKey();

/** A request that takes longer has most likely no connection to go by; it is sent again, under the same key. */
const TIME_LIMIT = 8_000;
const within = () => ({ signal: AbortSignal.timeout(TIME_LIMIT) });

/** Returns what a labelling session needs of the service, for one round. */
export function serviceOf(round_id: string): Service {
  const path = { params: { path: { round_id } } };
  const pictures = new PictureLoader();
  return {
    lease: (count) =>
      unwrap(
        api.POST('/api/v1/rounds/{round_id}/leases', {
          ...path,
          ...within(),
          body: { count, holder: HOLDER }
        })
      ),
    renew: async (query_ids) =>
      (
        await unwrap(
          api.POST('/api/v1/rounds/{round_id}/leases/renew', {
            ...path,
            ...within(),
            body: { query_ids, holder: HOLDER }
          })
        )
      ).lost,
    release: (query_ids) => releaseByBeacon(round_id, query_ids),
    mine: async () =>
      (
        await unwrap(
          api.GET('/api/v1/rounds/{round_id}/my-annotations', {
            params: { ...path.params, query: { limit: 100 } },
            ...within()
          })
        )
      ).items,
    image: (image_id) =>
      unwrap(api.GET('/api/v1/images/{image_id}', { params: { path: { image_id } }, ...within() })),
    load: (imageId, urgent) => pictures.load(imageId, urgent),
    keep: (imageIds) => pictures.keep(imageIds),
    end: () => pictures.end(),
    now: () => performance.now()
  };
}

/** Sends one answer of a user in a round, or takes one back; the request outlives the page. */
export async function sendAnswer(
  userId: string,
  submission: AnswerSubmission
): Promise<Reply | null> {
  const path = { query_id: submission.queryId };
  const header = { 'Eigenlabel-User': userId, 'Idempotency-Key': submission.key };
  if (submission.answer === null) {
    const undone = await unwrap(
      api.DELETE('/api/v1/queries/{query_id}/annotation', {
        params: { path, header, query: { holder: HOLDER } },
        keepalive: true,
        ...within()
      })
    );
    return { item: undone.item };
  }
  const { version, cluster, answer, seconds } = submission;
  const params = {
    path,
    header: { ...header, ...(version ? { 'If-Match': `"${version}"` } : {}) }
  };
  if (cluster && 'category_id' in answer) {
    const body = { ...answer, ...cluster, seconds };
    const options = { params, body, keepalive: true, ...within() };
    await unwrap(api.POST('/api/v1/queries/{query_id}/cluster', options));
    return null;
  }
  await unwrap(
    api.PUT('/api/v1/queries/{query_id}/annotation', {
      params,
      body: { ...answer, seconds },
      keepalive: true,
      ...within()
    })
  );
  return null;
}

/** Gives leases back while the page goes away. */
export function releaseByBeacon(roundId: string, queryIds: string[]): void {
  if (queryIds.length === 0) return;
  const body = new Blob([JSON.stringify({ query_ids: queryIds, holder: HOLDER })], {
    type: 'application/json'
  });
  navigator.sendBeacon(address(`/api/v1/rounds/${roundId}/leases/release`), body);
}
