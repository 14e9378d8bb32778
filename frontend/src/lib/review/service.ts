import { address } from '$lib/address';
import { api, unwrap } from '$lib/api/client';
import { TAB } from '$lib/browser/holder';
import { thumbnailUrl } from '$lib/images/urls';
import type { PageSubmission, Reply } from '$lib/labelling/submissions.svelte';
import type { MyPage, Pages } from './types';

/** What a review needs from outside; tests bring their own. */
export type ReviewService = {
  pages: (count: number, size: number) => Promise<Pages>;
  mine: () => Promise<MyPage[]>;
  /** Fetches and decodes thumbnails, so that showing them takes no time. */
  load: (imageIds: string[]) => Promise<void>;
  now: () => number;
};

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
          body: { count, size, holder: TAB }
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
    now: () => performance.now()
  };
}

/** Confirms a page of a user, or takes one back; the request outlives the tab. */
export async function sendPage(userId: string, submission: PageSubmission): Promise<Reply> {
  const path = { review_id: submission.roundId, page_id: submission.queryId };
  const header = { 'Eigenlabel-User': userId, 'Idempotency-Key': submission.key };
  const around = { keepalive: true, ...within() };
  const page = '/api/v1/reviews/{review_id}/pages/{page_id}';
  if (submission.answer === null) {
    const params = { path, header, query: { holder: TAB } };
    return { undone: await unwrap(api.DELETE(page, { params, ...around })) };
  }
  const body = submission.answer;
  return { confirmed: await unwrap(api.PUT(page, { params: { path, header }, body, ...around })) };
}

/** Gives pages back while the tab goes away. */
export function releaseByBeacon(reviewId: string, pageIds: string[]): void {
  if (pageIds.length === 0) return;
  const body = new Blob([JSON.stringify({ page_ids: pageIds, holder: TAB })], {
    type: 'application/json'
  });
  navigator.sendBeacon(address(`/api/v1/reviews/${reviewId}/pages/release`), body);
}
