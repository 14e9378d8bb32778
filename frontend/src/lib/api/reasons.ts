import type { ApiProblem } from './problem';

/** Returns what is wrong with a field of the configuration; the path before it differs between requests. */
export function reasonFor(name: string, ...problems: (ApiProblem | null)[]): string | undefined {
  for (const problem of problems) {
    for (const [field, reason] of problem?.fields ?? []) {
      if (field.split('.').at(-1) === name) return reason;
    }
  }
  return undefined;
}

/** Returns whether a problem is shown at one of these fields already. */
export const isAt = (problem: ApiProblem | null, names: readonly string[]): boolean =>
  problem !== null && names.some((name) => reasonFor(name, problem) !== undefined);
