import type { ServicePath } from '$lib/address';
import type { Project, Round } from '$lib/api/types';

type Work = { path: ServicePath; word: string };

/** Returns the page on which people work at a round, and what they do there. */
export function workAt({ id, kind }: Pick<Round, 'id' | 'kind'>): Work {
  return kind === 'review'
    ? { path: `/rounds/${id}/review`, word: 'Review' }
    : { path: `/rounds/${id}/annotate`, word: 'Label' };
}

/** Returns the same of the round that runs in a project; null where none does. */
export function workIn({
  active_round_id,
  active_round_kind
}: Pick<Project, 'active_round_id' | 'active_round_kind'>): Work | null {
  if (active_round_id === null || active_round_kind === null) return null;
  return workAt({ id: active_round_id, kind: active_round_kind });
}
