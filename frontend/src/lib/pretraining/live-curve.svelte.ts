import { createQuery, useQueryClient } from '@tanstack/svelte-query';
import { untrack } from 'svelte';
import { snapshots } from '$lib/live/snapshots.svelte';
import { curveKey, curveQuery } from './queries';
import { pulse } from './run';

/**
 * Returns the curve of a pretraining, asked for again whenever the event stream says that it has come further.
 *
 * Nothing is asked while nothing runs. `enabled` is false for an encoder that is no pretraining.
 */
export function liveCurve(projectId: () => string, encoderId: () => string, enabled = () => true) {
  const client = useQueryClient();
  const curve = createQuery(() => ({
    ...curveQuery(projectId(), encoderId()),
    enabled: enabled()
  }));
  const beat = $derived(pulse(snapshots.latest?.jobs.find((job) => job.id === curve.data?.job_id)));
  let before = '';

  $effect(() => {
    const now = beat;
    untrack(() => {
      const key = curveKey(projectId(), encoderId());
      if (before && now !== before) void client.invalidateQueries({ queryKey: key });
      before = now;
    });
  });
  return curve;
}
