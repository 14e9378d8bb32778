import { newKey } from '$lib/api/new-key';
import type { AnswerSubmission, Answer, Settled } from './submissions.svelte';
import type { Given, Task } from './task';

/** What a submission is of: a round, or, by its kind, an audit. */
export type Of = Pick<AnswerSubmission, 'kind'> & { roundId: string };

/** Returns the answer to `task`, and to its `cluster`, as it is sent. */
export function answerTo(
  task: Task,
  answer: Answer,
  { of, seconds, cluster }: { of: Of; seconds: number; cluster: Settled | undefined }
): AnswerSubmission {
  return {
    ...of,
    key: newKey(),
    queryId: task.queryId,
    imageId: task.image.id,
    answer,
    seconds: Math.round(seconds * 100) / 100,
    version: task.version,
    ...(cluster ? { cluster } : {})
  };
}

/** Returns what adds its cluster to an answer: in place of the answer where that is `unsent`. */
export function clusterOf(
  { queryId, imageId, answer }: Given,
  { of, unsent, cluster }: { of: Of; unsent: AnswerSubmission | null; cluster: Settled }
): AnswerSubmission {
  const { seconds = null, version = null } = unsent ?? {};
  const own = { ...of, key: newKey(), queryId, imageId, answer, seconds, version, cluster };
  return unsent ? own : { ...own, extends: true };
}

/** Returns what takes an answer back, and its cluster with it. */
export function undoOf({ queryId, imageId, answer }: Given, of: Of): AnswerSubmission {
  return { ...of, key: newKey(), queryId, imageId, answer: null, seconds: null, undone: answer };
}
