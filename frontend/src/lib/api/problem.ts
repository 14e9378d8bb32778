import type { components } from './schema';

type ProblemDetail = components['schemas']['ProblemDetail'];

/** An error answer of the service (`application/problem+json`), or the lack of any answer (status 0). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly fields: ReadonlyMap<string, string>;
  readonly body: Record<string, unknown>;

  constructor(status: number, detail: string, body: Record<string, unknown> = {}) {
    super(detail);
    this.status = status;
    this.body = body;
    const errors = (body.errors ?? []) as ProblemDetail['errors'];
    this.fields = new Map((errors ?? []).map(({ field, reason }) => [field, reason]));
  }

  /** Whether sending the same request again later can succeed. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export const NO_ANSWER =
  'The service does not answer. Check that it is running; work here is kept.';

/** Returns the problem that an error answer describes, whatever its body turned out to be. */
export function problemFrom(status: number, body: unknown): ApiProblem {
  if (body && typeof body === 'object') {
    const fields = body as Record<string, unknown>;
    const detail =
      typeof fields.detail === 'string' ? fields.detail : `The service answered ${status}.`;
    return new ApiProblem(status, detail, fields);
  }
  return new ApiProblem(status, `The service answered ${status}.`);
}

/** Returns any thrown value as a problem that can be shown. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
  if (error instanceof TypeError || isTimeout) return new ApiProblem(0, NO_ANSWER);
  return new ApiProblem(0, error instanceof Error ? error.message : String(error));
}
