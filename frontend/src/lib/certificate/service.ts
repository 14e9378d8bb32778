import { api, unwrap } from '$lib/api/client';
import { asProblem } from '$lib/api/problem';
import type { Audit, AuditLease, LeaseItem } from '$lib/api/types';
import { PictureLoader } from '$lib/labelling/ahead';
import { HOLDER, type Service } from '$lib/labelling/service';
import type { Submission } from '$lib/labelling/submissions.svelte';

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
      body: { count: Math.min(count, AHEAD), holder: HOLDER },
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
    mine: async () => [],
    image: (image_id) =>
      unwrap(api.GET('/api/v1/images/{image_id}', { params: { path: { image_id } }, ...within() })),
    load: (imageId, urgent) => pictures.load(imageId, urgent),
    keep: (imageIds) => pictures.keep(imageIds),
    end: () => pictures.end(),
    now: () => performance.now()
  };
}

/**
 * Sends an answer, or takes one back; `tell` hears how far the audit is after it. What is on its way when the audit
 * passes is needed no more.
 */
export async function sendAuditAnswer(
  audit_id: string,
  submission: Submission,
  tell: (audit: Audit | null) => void
): Promise<LeaseItem | null> {
  const params = { path: { audit_id, item_id: submission.queryId } };
  try {
    if (submission.answer === null) {
      const undone = await unwrap(
        api.DELETE('/api/v1/audits/{audit_id}/items/{item_id}', {
          params: { ...params, query: { holder: HOLDER } },
          ...within()
        })
      );
      tell(undone.audit);
      return asLease(undone.item);
    }
    // Nobody names a new category here: it would be another set of labels.
    const said =
      'category_id' in submission.answer
        ? { category_id: submission.answer.category_id }
        : { skip: 'unclear' as const };
    const answered = await unwrap(
      api.PUT('/api/v1/audits/{audit_id}/items/{item_id}', {
        params,
        body: { ...said, seconds: submission.seconds },
        keepalive: true,
        ...within()
      })
    );
    tell(answered.audit);
    return null;
  } catch (error) {
    if (!('audit_state' in asProblem(error).body)) throw error;
    tell(null);
    return null;
  }
}
