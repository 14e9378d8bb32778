import { newKey } from '$lib/api/new-key';
import type { Answer, Settled, Submission } from './submissions.svelte';
import type { Given, Task } from './task';

type Of = { roundId: string };

/** Returns the answer to `task`, and to its `cluster`, as it is sent. */
export function answerTo(
  task: Task,
  answer: Answer,
  { roundId, seconds, cluster }: Of & { seconds: number; cluster: Settled | undefined }
): Submission {
  return {
    key: newKey(),
    queryId: task.queryId,
    imageId: task.image.id,
    roundId,
    answer,
    seconds: Math.round(seconds * 100) / 100,
    version: task.version,
    ...(cluster ? { cluster } : {})
  };
}

/** Returns what adds its cluster to an answer: in place of the answer where that is `unsent`. */
export function clusterOf(
  { queryId, imageId, answer }: Given,
  { roundId, unsent, cluster }: Of & { unsent: Submission | null; cluster: Settled }
): Submission {
  const { seconds = null, version = null } = unsent ?? {};
  const own = { key: newKey(), queryId, imageId, roundId, answer, seconds, version, cluster };
  return unsent ? own : { ...own, extends: true };
}

/** Returns what takes an answer back, and its cluster with it. */
export function undoOf({ queryId, imageId, answer }: Given, { roundId }: Of): Submission {
  return { key: newKey(), queryId, imageId, roundId, answer: null, seconds: null, undone: answer };
}
