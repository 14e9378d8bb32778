import type { components } from './schema';

type ProblemDetail = components['schemas']['ProblemDetail'];

/**
 * An error answer of the service (`application/problem+json`), the lack of any answer (status 0), or an error of this
 * page (status null).
 */
export class ApiProblem extends Error {
  readonly status: number | null;
  readonly fields: ReadonlyMap<string, string>;
  readonly body: Record<string, unknown>;

  constructor(status: number | null, detail: string, body: Record<string, unknown> = {}) {
    super(detail);
    this.status = status;
    this.body = body;
    const errors = (body.errors ?? []) as ProblemDetail['errors'];
    this.fields = new Map((errors ?? []).map(({ field, reason }) => [field, reason]));
  }

  /** Whether sending the same request again later can succeed; nobody knows of an error of this page. */
  get retryable(): boolean {
    if (this.status === null) return true;
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

const NO_ANSWER = 'The service does not answer. Check that it is running; work here is kept.';
const OTHER_ANSWER =
  'Something other than the service answered, perhaps a proxy. Work here is kept; reload the page if this stays.';

/**
 * Returns the problem of a request that failed with `error` before the service's answer was read.
 *
 * Only requests come here: elsewhere a `TypeError` is a fault of this page, which is returned as it is.
 */
export function noAnswer(error: unknown): unknown {
  const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
  if (error instanceof TypeError || isTimeout) return new ApiProblem(0, NO_ANSWER);
  return error instanceof SyntaxError ? new ApiProblem(0, OTHER_ANSWER) : error;
}

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

const logged = new WeakSet<Error>();

/** Returns any thrown value as a problem that can be shown; one that is not expected is logged, once. */
export function asProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (!logged.has(error)) console.error(error);
  logged.add(error);
  return new ApiProblem(null, `An error in this page: ${error.message || error.name}`);
}
