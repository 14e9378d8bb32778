import { queryOptions } from '@tanstack/svelte-query';
import { api, unwrap } from '$lib/api/client';

const OFTEN = 4_000;

/** A review with what is seen and left; others work on it too, so it is asked for again now and then. */
export const reviewQuery = (review_id: string) =>
  queryOptions({
    queryKey: ['review', review_id],
    queryFn: () =>
      unwrap(api.GET('/api/v1/reviews/{review_id}', { params: { path: { review_id } } })),
    refetchInterval: OFTEN
  });
