import { createQuery, keepPreviousData } from '@tanstack/svelte-query';
import { asProblem, type ApiProblem } from '$lib/api/problem';
import type { Estimate, PretrainConfig } from '$lib/api/types';
import { estimateQuery } from './queries';

const WAIT_FOR_TYPING = 400;

type LiveEstimate = {
  /** What it takes; nothing while it is not known, or where it cannot be done. */
  readonly data: Estimate | undefined;
  readonly asking: boolean;
  /** Why it cannot be done. */
  readonly problem: ApiProblem | null;
};

/**
 * Returns what a pretraining would take, asked for again shortly after what is asked has changed.
 *
 * `wanted` returns the configuration, or null while there is nothing to ask.
 */
export function liveEstimate(
  projectId: () => string,
  wanted: () => PretrainConfig | null
): LiveEstimate {
  let asked = $state.raw<PretrainConfig | null>(null);

  $effect(() => {
    const next = wanted();
    const timer = setTimeout(() => (asked = next), WAIT_FOR_TYPING);
    return () => clearTimeout(timer);
  });

  const estimate = createQuery(() => ({
    ...estimateQuery(projectId(), asked ?? ({} as PretrainConfig)),
    enabled: asked !== null,
    placeholderData: keepPreviousData
  }));

  return {
    get data() {
      return asked && !estimate.error ? estimate.data : undefined;
    },
    get asking() {
      return asked !== null && estimate.isFetching;
    },
    get problem() {
      return asked && estimate.error ? asProblem(estimate.error) : null;
    }
  };
}
