import { address } from '$lib/address';
import { api, unwrap } from '$lib/api/client';
import { newKey } from '$lib/api/new-key';
import { thumbnailUrl } from '$lib/images/urls';
import type { Confirmed, MyPage, PageAnswer, Pages, Undone } from './types';

/** What a review needs from outside; tests bring their own. */
export type ReviewService = {
  pages: (count: number, size: number) => Promise<Pages>;
  confirm: (pageId: string, answer: PageAnswer, key: string) => Promise<Confirmed>;
  undo: (pageId: string, key: string) => Promise<Undone>;
  mine: () => Promise<MyPage[]>;
  /** Fetches and decodes thumbnails, so that showing them takes no time. */
  load: (imageIds: string[]) => Promise<void>;
  /** Resolves when it is worth trying again. */
  wait: () => Promise<void>;
  now: () => number;
};

/** By this name the service tells the tabs of one person apart. */
export const HOLDER = newKey();

const AGAIN_AFTER = 2_000;
const TIME_LIMIT = 15_000;
const within = () => ({ signal: AbortSignal.timeout(TIME_LIMIT) });

/** Thumbnails that were fetched ahead: a browser forgets what nothing refers to. */
let ahead: HTMLImageElement[] = [];

async function load(imageIds: string[]): Promise<void> {
  ahead = imageIds.map((id) => {
    const picture = new Image();
    picture.src = thumbnailUrl(id);
    return picture;
  });
  await Promise.allSettled(ahead.map((picture) => picture.decode()));
}

/** Returns what a review needs of the service. */
export function reviewServiceOf(review_id: string): ReviewService {
  const path = { params: { path: { review_id } } };
  return {
    pages: (count, size) =>
      unwrap(
        api.POST('/api/v1/reviews/{review_id}/pages', {
          ...path,
          ...within(),
          body: { count, size, holder: HOLDER }
        })
      ),
    confirm: (page_id, body, key) =>
      unwrap(
        api.PUT('/api/v1/reviews/{review_id}/pages/{page_id}', {
          params: { path: { review_id, page_id }, header: { 'Idempotency-Key': key } },
          ...within(),
          keepalive: true,
          body
        })
      ),
    undo: (page_id, key) =>
      unwrap(
        api.DELETE('/api/v1/reviews/{review_id}/pages/{page_id}', {
          params: {
            path: { review_id, page_id },
            query: { holder: HOLDER },
            header: { 'Idempotency-Key': key }
          },
          ...within()
        })
      ),
    mine: async () =>
      (
        await unwrap(
          api.GET('/api/v1/reviews/{review_id}/my-pages', {
            params: { ...path.params, query: { limit: 50 } },
            ...within()
          })
        )
      ).items,
    load,
    wait: () => new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER)),
    now: () => performance.now()
  };
}

/** Gives pages back while the tab goes away. */
export function releaseByBeacon(reviewId: string, pageIds: string[]): void {
  if (pageIds.length === 0) return;
  const body = new Blob([JSON.stringify({ page_ids: pageIds, holder: HOLDER })], {
    type: 'application/json'
  });
  navigator.sendBeacon(address(`/api/v1/reviews/${reviewId}/pages/release`), body);
}
