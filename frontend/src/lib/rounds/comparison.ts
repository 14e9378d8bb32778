import { queryOptions, type QueryClient } from '@tanstack/svelte-query';
import { api, unwrap } from '$lib/api/client';
import type { Schemas } from '$lib/api/types';
import { counted, duration, percent } from '$lib/format';

export type Comparison = Schemas['ComparisonOut'];
type Measured = Comparison['items'][number];
type Difference = Comparison['differences'][number];

const ASK_AGAIN = 2000;

/** Returns whether an encoder is being measured. */
export const isMeasuring = ({ items }: Comparison): boolean =>
  items.some(({ state }) => state === 'measuring');

/** What is known of the encoders; the first look has those measured that have not been, later ones wait for it. */
export const comparisonQuery = (client: QueryClient, project_id: string) => {
  const queryKey = ['project', project_id, 'encoder-comparison'];
  const path = { params: { path: { project_id } } };
  return queryOptions({
    queryKey,
    queryFn: async () => {
      const known = client.getQueryData<Comparison>(queryKey);
      const answer =
        known && isMeasuring(known)
          ? api.GET('/api/v1/projects/{project_id}/encoder-comparison', path)
          : api.POST('/api/v1/projects/{project_id}/encoder-comparison', path);
      return unwrap(answer);
    },
    retry: false,
    refetchInterval: ({ state }) => (state.data && isMeasuring(state.data) ? ASK_AGAIN : false)
  });
};

const points = (share: number): string => Math.max(1, Math.round(100 * share)).toString();

/** Returns how often a head on the encoder was right about labels left out, in words. */
export function rightWords({ state, accuracy, standard_error, labels }: Measured): string {
  if (state === 'measured')
    return `${percent(accuracy ?? 0, 0)} ± ${points(standard_error ?? 0)} of ${counted(labels ?? 0, 'label')}`;
  return { measuring: 'Being measured', failed: 'Not measured', none: '' }[state];
}

/** Returns what is left to embed of the pool, and how long it takes. */
export function embeddingWords({ state, images_left, seconds }: Measured): string {
  if (state !== 'measured') return '';
  if (!images_left) return 'Embedded already';
  return `${counted(images_left, 'image')} to embed: about ${duration(Math.max(1, seconds ?? 0))}`;
}

/** Returns whether the better of two encoders is better by more than chance, in words. */
export function differenceWords(found: Difference, name: (id: string) => string): string {
  const [best, other] = [name(found.encoder_id), name(found.other_id)];
  if (!found.shown)
    return `${best} and ${other}: no difference that ${counted(found.labels, 'label')} could show.`;
  const by = `${points(found.difference)} ± ${points(found.standard_error)} points`;
  return `${best} is right more often than ${other}: by ${by}.`;
}
