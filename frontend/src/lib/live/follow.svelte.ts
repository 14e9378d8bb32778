import { useQueryClient } from '@tanstack/svelte-query';
import type { Snapshot } from '$lib/api/types';
import { snapshots } from './snapshots.svelte';

/** Returns what of a snapshot changes other answers of the service: the round's place, and how jobs ended. */
export function signature({ round, jobs }: Snapshot): { steps: string; jobs: string } {
  return {
    steps: round ? `${round.id} ${round.step} ${round.state}` : '',
    jobs: jobs.map((job) => `${job.id} ${job.state}`).join()
  };
}

/** Follows a project's event stream for as long as the component lives, and keeps what is cached in step. */
export function followProject(projectId: () => string): void {
  const client = useQueryClient();
  let before = { steps: '', jobs: '' };

  $effect(() => snapshots.watch(projectId()));

  $effect(() => {
    const snapshot = snapshots.latest;
    if (!snapshot) return;
    const { round } = snapshot;
    if (round) client.setQueryData(['round', round.id], round);
    const now = signature(snapshot);
    const first = before.steps === '' && before.jobs === '';
    if (!first && round && now.steps !== before.steps) {
      void client.invalidateQueries({ queryKey: ['round', round.id, 'steps'] });
    }
    if (!first && (now.steps !== before.steps || now.jobs !== before.jobs)) {
      void client.invalidateQueries({ queryKey: ['project', projectId()] });
    }
    before = now;
  });
}
