import { queryOptions } from '@tanstack/svelte-query';
import { api, unwrap } from '$lib/api/client';
import { Parameters } from '$lib/api/limits.json';
import type { Source } from '$lib/api/types';

const ASK_AGAIN = 2000;

/** The sources that the reader may pretrain on; asked for again while one of them is being counted. */
export const sourcesQuery = () =>
  queryOptions({
    queryKey: ['sources'],
    queryFn: () =>
      unwrap(
        api.GET('/api/v1/sources', { params: { query: { limit: Parameters.limit.maximum } } })
      ),
    refetchInterval: ({ state }) =>
      state.data?.items.some((source: Source) => source.state === 'pending') ? ASK_AGAIN : false
  });
