import type { Category, LeaseItem } from '$lib/api/types';

/** Returns a category for tests; its id is its name. */
export function category(name: string, fields: Partial<Category> = {}): Category {
  return {
    id: name,
    name,
    position: 0,
    shortcut: null,
    archived: false,
    merged_into: null,
    labels: 0,
    weak: 0,
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

/** Returns a storage of its own for tests; its keys are its properties, as in a browser. */
export function memoryStorage(): Storage {
  const methods = {
    getItem: (key: string) => values[key] ?? null,
    setItem: (key: string, value: string) => void (values[key] = value),
    removeItem: (key: string) => void delete values[key],
    clear: () => Object.keys(values).forEach((key) => delete values[key]),
    key: (index: number) => Object.keys(values)[index] ?? null
  };
  const values: Record<string, string> = Object.create(methods);
  Object.defineProperty(methods, 'length', { get: () => Object.keys(values).length });
  return values as unknown as Storage;
}
