import type { ApiProblem } from '$lib/api/problem';
import type { Leases } from '$lib/api/types';
import { lease } from '$lib/testing';
import type { Service } from './service';
import { LabellingSession } from './session.svelte';
import { SubmitQueue, type AnswerSubmission } from './submissions.svelte';

export const GLASS = { category_id: 'glass' };

/** A service with a queue of queries; it hands out the caller's own open ones first, as the real one does. */
export function service(queryIds: string[], fields: Partial<Service> = {}) {
  const open = [...queryIds];
  const sent: AnswerSubmission[] = [];
  const decoded: string[] = [];
  let clock = 0;
  const refuse = new Map<string, ApiProblem>();
  const released: string[] = [];
  const submissions = new SubmitQueue({
    send: async (submission) => {
      sent.push(submission as AnswerSubmission);
      const problem = submission.answer && refuse.get(submission.queryId);
      if (problem) throw problem;
      const at = open.indexOf(submission.queryId);
      if (submission.answer && at >= 0) open.splice(at, 1);
      if (submission.answer) return null;
      open.push(submission.queryId);
      return { item: lease(submission.queryId) };
    },
    wait: async () => {}
  });
  const session = new LabellingSession(
    {
      lease: async (count): Promise<Leases> => ({
        items: open.slice(0, count).map(lease),
        waiting_for: open.length === 0 ? 'model' : null
      }),
      renew: async () => [],
      mine: async () => [],
      image: async (id) => ({ id, width: 8, height: 8, filename: 'x.png' }) as never,
      release: (ids) => void released.push(...ids),
      load: async (id) => ({ decode: async () => void decoded.push(id) }) as HTMLImageElement,
      keep: () => {},
      end: () => {},
      now: () => (clock += 1000),
      ...fields
    },
    submissions
  );
  return { session, submissions, sent, decoded, refuse, released };
}

/** Waits until all answers are sent, and what follows from that is done. */
export const settled = async (submissions: SubmitQueue) => {
  await submissions.idle();
  await new Promise((resolve) => setTimeout(resolve));
};
