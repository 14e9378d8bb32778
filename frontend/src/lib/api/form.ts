import { address, type ServicePath } from '$lib/address';
import { problemFrom } from './problem';

/** Posts a form with files; returns the service's answer, throws an `ApiProblem` where it refuses. */
export async function postForm<Answer>(path: ServicePath, form: FormData): Promise<Answer> {
  const response = await fetch(address(path), { method: 'POST', body: form });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw problemFrom(response.status, body);
  return body as Answer;
}
