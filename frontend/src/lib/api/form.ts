import { address, type ServicePath } from '$lib/address';
import { noAnswer, problemFrom } from './problem';

/** Posts a form with files; returns the service's answer, throws an `ApiProblem` where it refuses. */
export async function postForm<Answer>(path: ServicePath, form: FormData): Promise<Answer> {
  try {
    const response = await fetch(address(path), { method: 'POST', body: form });
    if (response.ok) return (await response.json()) as Answer;
    throw problemFrom(response.status, await response.json().catch(() => null));
  } catch (error) {
    throw noAnswer(error);
  }
}
