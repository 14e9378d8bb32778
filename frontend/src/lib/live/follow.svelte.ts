import { useQueryClient } from '@tanstack/svelte-query';
import { untrack } from 'svelte';
import type { Round, Snapshot } from '$lib/api/types';
import { snapshots } from './snapshots.svelte';

type Signature = { steps: string; jobs: string; categories: string };

const placeOf = (round: Round): string =>
  `${round.id} ${round.step} ${round.open_step} ${round.state}`;

/** Returns what of a snapshot changes other answers of the service: the round's place, jobs, categories. */
export function signature({ round, jobs, categories }: Snapshot): Signature {
  return {
    steps: round ? placeOf(round) : '',
    jobs: jobs.map((job) => `${job.id} ${job.state}`).join(),
    categories
  };
}

/** Follows a project's event stream for as long as the component lives, and keeps what is cached in step. */
export function followProject(projectId: () => string): void {
  const client = useQueryClient();
  let before: ReturnType<typeof signature> | null = null;

  let broken = false;

  $effect(() => snapshots.watch(projectId()));

  // What was asked for while the service was away may have failed, and nobody asks again.
  $effect(() => {
    if (broken && !snapshots.interrupted) void client.invalidateQueries();
    broken = snapshots.interrupted;
  });

  function tellCache(snapshot: Snapshot): void {
    const { round } = snapshot;
    // The first word of the stream may be newer than what the page has read.
    const kept = round && client.getQueryData<Round>(['round', round.id]);
    const place = before?.steps ?? (kept ? placeOf(kept) : null);
    if (round) client.setQueryData(['round', round.id], round);
    const now = signature(snapshot);
    const steps = place !== null && now.steps !== place;
    const jobs = before !== null && now.jobs !== before.jobs;
    // A model that learns beside people changes no more of a round than that its job is over.
    if ((steps || jobs) && round)
      void client.invalidateQueries({ queryKey: ['round', round.id, 'steps'] });
    const categories = before !== null && now.categories !== before.categories;
    if (steps || jobs || categories)
      void client.invalidateQueries({ queryKey: ['project', projectId()] });
    before = now;
  }

  $effect(() => {
    const snapshot = snapshots.latest;
    // The cache tells its readers at once; what they read is no business of this effect.
    if (snapshot) untrack(() => tellCache(snapshot));
    else before = null;
  });
}
