import { api, unwrap } from '$lib/api/client';
import { asProblem } from '$lib/api/problem';
import type { AuditLease, LeaseItem } from '$lib/api/types';
import { TAB } from '$lib/browser/holder';
import { PictureLoader } from '$lib/labelling/ahead';
import type { Service } from '$lib/labelling/service';
import type { AnswerSubmission, Reply } from '$lib/labelling/submissions.svelte';

/**
 * So many images are held ahead. What is held and not answered keeps later answers from counting, so that they are
 * fewer than in a round.
 */
const AHEAD = 10;
const TIME_LIMIT = 8_000;
const within = () => ({ signal: AbortSignal.timeout(TIME_LIMIT) });

/** Returns an image of an audit as the labelling session knows images: without a guess. */
export function asLease({ item_id, image, expires_at }: AuditLease): LeaseItem {
  return {
    query_id: item_id,
    step: 0,
    image: { ...image, filename: '' },
    suggestion: null,
    suggestions: [],
    cluster: { size: 1, image_ids: [] },
    expires_at
  };
}

const lease = (audit_id: string, count: number) =>
  unwrap(
    api.POST('/api/v1/audits/{audit_id}/leases', {
      params: { path: { audit_id } },
      body: { count: Math.min(count, AHEAD), holder: TAB },
      ...within()
    })
  );

/** Returns what a labelling session needs of the service, for one audit. */
export function auditService(audit_id: string): Service {
  const pictures = new PictureLoader();
  return {
    lease: async (count) => {
      const { items, waiting_for } = await lease(audit_id, count);
      return { items: items.map(asLease), waiting_for };
    },
    renew: async (ids) => {
      const held = new Set((await lease(audit_id, ids.length)).items.map((item) => item.item_id));
      return ids.filter((id) => !held.has(id));
    },
    release: () => {},
    mine: async () => {
      const params = { path: { audit_id }, query: { limit: 100 } };
      const path = '/api/v1/audits/{audit_id}/my-answers';
      const { items } = await unwrap(api.GET(path, { params, ...within() }));
      return items.map(({ item_id, ...said }) => ({ query_id: item_id, ...said }));
    },
    image: async (image_id) => {
      const params = { path: { image_id } };
      const image = await unwrap(api.GET('/api/v1/images/{image_id}', { params, ...within() }));
      return { ...image, filename: '' }; // a file may be called as the model calls its image
    },
    load: (imageId, urgent) => pictures.load(imageId, urgent),
    keep: (imageIds) => pictures.keep(imageIds),
    end: () => pictures.end(),
    now: () => performance.now()
  };
}

/**
 * Sends an answer of a user to an audit, or takes one back. What is on its way when the audit passes is needed no
 * more: the reply has no audit then.
 */
export async function sendAuditAnswer(
  userId: string,
  { key, roundId, queryId, answer, seconds }: AnswerSubmission
): Promise<Reply> {
  const params = {
    path: { audit_id: roundId!, item_id: queryId },
    header: { 'Eigenlabel-User': userId, 'Idempotency-Key': key }
  };
  try {
    if (answer === null) {
      const undone = await unwrap(
        api.DELETE('/api/v1/audits/{audit_id}/items/{item_id}', {
          params: { ...params, query: { holder: TAB } },
          keepalive: true,
          ...within()
        })
      );
      return { item: asLease(undone.item), audit: undone.audit };
    }
    // Nobody names a new category here: it would be another set of labels.
    const said =
      'category_id' in answer ? { category_id: answer.category_id } : { skip: 'unclear' as const };
    const answered = await unwrap(
      api.PUT('/api/v1/audits/{audit_id}/items/{item_id}', {
        params,
        body: { ...said, seconds },
        keepalive: true,
        ...within()
      })
    );
    return { audit: answered.audit };
  } catch (error) {
    if (!('audit_state' in asProblem(error).body)) throw error;
    return { audit: null };
  }
}
