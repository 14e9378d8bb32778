import type { Category, LeaseItem } from '$lib/api/types';

/** Returns a category for tests; its id is its name. */
export function category(name: string, fields: Partial<Category> = {}): Category {
  return {
    id: name,
    name,
    position: 0,
    shortcut: null,
    archived: false,
    labels: 0,
    indicators: 0,
    ...fields
  };
}

/** Returns one leased query for tests; the image's id follows from the query's. */
export function lease(queryId: string): LeaseItem {
  return {
    query_id: queryId,
    step: 1,
    image: { id: `image-of-${queryId}`, width: 28, height: 28, filename: `${queryId}.png` },
    suggestion: null,
    suggestions: [],
    cluster: { size: 3, image_ids: [] },
    expires_at: '2030-01-01T00:00:00Z'
  };
}
