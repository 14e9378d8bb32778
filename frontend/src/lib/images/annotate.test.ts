import { expect, it, vi } from 'vitest';
import type { Annotation } from '$lib/api/types';
import { restoreLabel } from './annotate';

const sent = vi.hoisted(() => {
  const requests: Request[] = [];
  vi.stubGlobal(
    'Request',
    class extends Request {
      constructor(url: string, options?: RequestInit) {
        super(new URL(url, 'http://service.test'), options);
      }
    }
  );
  vi.stubGlobal('fetch', async (request: Request) => {
    requests.push(request);
    return new Response(null, { status: 204 });
  });
  return requests;
});

it.each([
  ['glass', 'PUT'],
  [null, 'DELETE']
])('an undo to %s changes no label but the one that it undoes', async (before, method) => {
  sent.length = 0;
  await restoreLabel({ image_id: 'a', version: 7 } as Annotation, before);
  expect(sent.map((each) => [each.method, each.headers.get('If-Match')])).toEqual([
    [method, '"7"']
  ]);
});
