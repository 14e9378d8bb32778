import { SubmitQueue, type PageSubmission } from '$lib/labelling/submissions.svelte';
import type { Confirmed, Page, PageAnswer, Pages, Undone } from './types';
import type { ReviewService } from './service';
import { ReviewSession } from './session.svelte';

/** Returns a page for tests. */
export function page(id: string, category: string | null, images: string[]): Page {
  return {
    id,
    fit: 0,
    category_id: category,
    labelled: false,
    images: images.map((each) => ({
      id: each,
      width: 8,
      height: 8,
      guess: category,
      confidence: 0.9
    })),
    expires_at: '2030-01-01T00:00:00Z'
  };
}

type Sent = { page: string; answer: PageAnswer | null; key: string };
type Sends = {
  confirm: (pageId: string, answer: PageAnswer, key: string) => Promise<Confirmed>;
  undo: (pageId: string, key: string) => Promise<Undone>;
};

/** A review with pages that wait; it hands out the caller's own open ones first, as the real one does. */
export function review(
  ids: string[],
  { queue, confirm, undo, ...fields }: Partial<ReviewService & Sends> & { queue?: SubmitQueue } = {}
) {
  const open = ids.map((id) => page(id, 'glass', [`${id}1`, `${id}2`]));
  const sent: Sent[] = [];
  const decoded: string[] = [];
  const confirmed: Page[] = [];
  const sends: Sends = {
    confirm: async (id, answer, key) => {
      sent.push({ page: id, answer, key });
      const at = open.findIndex((each) => each.id === id);
      if (at >= 0) confirmed.push(...open.splice(at, 1));
      return { id, labels: 2, corrections: 0, kept: [] };
    },
    undo: async (id, key) => {
      sent.push({ page: id, answer: null, key });
      const again = confirmed.find((each) => each.id === id) ?? page(id, 'glass', ['old']);
      open.unshift(again);
      return { page: again, withdrawn: 2, changed: [] };
    },
    ...(confirm && { confirm }),
    ...(undo && { undo })
  };
  const service: ReviewService = {
    pages: async (count): Promise<Pages> => ({
      items: open.slice(0, count),
      waiting_for: open.length === 0 ? 'finished' : null
    }),
    mine: async () => [],
    load: async (imageIds) => void decoded.push(...imageIds),
    now: () => 0,
    ...fields
  };
  const submissions =
    queue ??
    new SubmitQueue({
      send: async (submission) => {
        const { queryId, answer, key } = submission as PageSubmission;
        return answer
          ? { confirmed: await sends.confirm(queryId, answer, key) }
          : { undone: await sends.undo(queryId, key) };
      },
      wait: async () => {}
    });
  const session = new ReviewSession(service, submissions, { id: 'review', size: () => 8 });
  return { session, submissions, sent, decoded, open };
}
