import { afterEach, expect, it, vi } from 'vitest';
import { connection } from '$lib/browser/connection.svelte';
import { postForm } from './form';
import { ApiProblem, asProblem } from './problem';

const service = vi.hoisted(() => {
  const state = { fetch: (async () => Response.json({})) as () => Promise<Response> };
  globalThis.fetch = (() => state.fetch()) as typeof fetch;
  return state;
});
const { api, unwrap } = await import('./client');

const read = () => unwrap(api.GET('/api/v1/me', { baseUrl: 'http://service' }));
const send = () => postForm('/api/v1/me', new FormData());
const problemOf = (request: () => Promise<unknown>): Promise<ApiProblem> =>
  request().then(() => expect.fail('It worked.'), asProblem);

afterEach(() => vi.restoreAllMocks());

it.each([read, send])('a request without an answer is a lost connection: %s', async (request) => {
  const logs = vi.spyOn(console, 'error');
  for (const error of [new TypeError('fetch failed'), new DOMException('slow', 'TimeoutError')]) {
    service.fetch = () => Promise.reject(error);
    expect(await problemOf(request)).toMatchObject({
      status: 0,
      retryable: true,
      message: expect.stringContaining('does not answer')
    });
  }
  expect(logs).not.toHaveBeenCalled();
});

it.each([read, send])('a page of a proxy is no answer of the service: %s', async (request) => {
  service.fetch = async () => new Response('<html>Sign in to the network</html>');
  const problem = await problemOf(request);
  expect(problem).toMatchObject({ status: 0, retryable: true });
  expect(problem.message).toContain('proxy');
});

it.each([read, send])('a refusal is what the service says: %s', async (request) => {
  service.fetch = async () =>
    Response.json({ detail: 'Not so.', errors: [{ field: 'a', reason: 'No.' }] }, { status: 422 });
  const problem = await problemOf(request);
  expect(problem).toMatchObject({ status: 422, message: 'Not so.', retryable: false });
  expect(problem.fields.get('a')).toBe('No.');
  service.fetch = async () => new Response('Bad gateway', { status: 502 });
  expect(await problemOf(request)).toMatchObject({ status: 502, retryable: true });
});

it('an error of the page is shown as what it is and logged once, not taken for a lost connection', () => {
  const logs = vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(connection, 'saysOffline', 'get').mockReturnValue(true);
  const fault = new TypeError("Cannot read properties of undefined (reading 'items')");
  for (let time = 0; time < 2; time += 1) {
    const problem = asProblem(fault);
    expect(problem.message).toBe(`An error in this page: ${fault.message}`);
    expect(problem.status).toBeNull();
    expect(connection.isOffline(problem)).toBe(false);
  }
  expect(logs.mock.calls).toEqual([[fault]]);
  expect(asProblem('odd').message).toBe('An error in this page: odd');
});
