import createClient from 'openapi-fetch';
import { base } from '$app/paths';
import { noAnswer, problemFrom } from './problem';
import type { paths } from './schema';

export const api = createClient<paths>({ baseUrl: base, credentials: 'same-origin' });

type Answer<Data> = Promise<{ data?: Data; error?: unknown; response: Response }>;

/** Returns the data of a successful answer; throws an `ApiProblem` for any other. */
export async function unwrap<Data>(answer: Answer<Data>): Promise<Data> {
  const { data, error, response } = await answer.catch((reason: unknown) => {
    throw noAnswer(reason);
  });
  if (!response.ok) throw problemFrom(response.status, error);
  return data as Data;
}
