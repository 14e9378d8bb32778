import { api, unwrap } from '$lib/api/client';
import type { ClusterPage } from '$lib/api/types';

/** Fetches one page of a query's cluster, the likeliest images of a category first. */
export type FetchCluster = (
  queryId: string,
  categoryId: string,
  cursor?: string
) => Promise<ClusterPage>;

const PAGE = 200;

export const fetchCluster: FetchCluster = (query_id, category_id, cursor) =>
  unwrap(
    api.GET('/api/v1/queries/{query_id}/cluster', {
      params: { path: { query_id }, query: { category_id, limit: PAGE, cursor } }
    })
  );
