import type { ApiProblem } from '$lib/api/problem';
import type { Annotation } from '$lib/api/types';
import type { Answer } from './submissions.svelte';

/** Nobody here can answer these again: no access, no such image any more, or it is somebody else's. */
const FINAL = [403, 404, 409, 410];

/** Returns whether another answer to a refused image can be accepted, so that it is shown again. */
export function comesBack(problem: ApiProblem): boolean {
  return problem.status === null || !FINAL.includes(problem.status);
}

type Standing = Pick<Annotation, 'category_id' | 'skip' | 'version'>;

/** Returns what a refused image is shown with: the reason, and the answer that stands or was refused. */
export function answerAgain(
  answer: Answer,
  problem: ApiProblem
): { refused: string; previous: Answer; version: number | null } {
  const standing = problem.status === 412 && (problem.body.annotation as Standing | null);
  const refused = problem.message;
  if (!standing) return { refused, previous: answer, version: null };
  const previous = standing.skip ? { skip: standing.skip } : { category_id: standing.category_id! };
  return { refused, previous, version: standing.version };
}
