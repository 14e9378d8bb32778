import type { paths } from '$lib/api/schema';

type Query = NonNullable<
  paths['/api/v1/projects/{project_id}/images']['get']['parameters']['query']
>;
type Choice<Name extends keyof Query> = '' | NonNullable<Query[Name]>;

export type Filters = {
  split: Choice<'split'>;
  state: Choice<'state'>;
  category: string;
  path: string;
};

/** Returns the filters in a page's address. */
export function filtersFrom(search: URLSearchParams): Filters {
  return {
    split: (search.get('split') ?? '') as Filters['split'],
    state: (search.get('state') ?? '') as Filters['state'],
    category: search.get('category') ?? '',
    path: search.get('path') ?? ''
  };
}

/** Returns the query parameters of filters that are set. */
export function asQuery({ split, state, category, path }: Filters) {
  return {
    ...(split && { split }),
    ...(state && { state }),
    ...(category && { category }),
    ...(path && { path })
  };
}
