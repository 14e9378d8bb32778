import { afterEach, expect, it, vi } from 'vitest';
import { api } from '$lib/api/client';
import { closeOutbox, outboxOf } from '$lib/labelling/outbox';
import { memoryStorage } from '$lib/testing';
import { sendEveryKind } from './every-kind';

afterEach(() => {
  closeOutbox();
  vi.unstubAllGlobals();
});

it('sends what audits and reviews have left from any page, under the keys and the user that they had', async () => {
  const storage = memoryStorage();
  const common = { key: 'k', queryId: 'place', roundId: 'whole' };
  const said = { default: 'glass', answers: {}, unusable: {}, left: [], seconds: 1 };
  const left = [
    { ...common, kind: 'audit', answer: { category_id: 'glass' }, seconds: 2 },
    { ...common, key: 'p', kind: 'page', images: 2, answer: said }
  ];
  storage.setItem('eigenlabel.pending.anna.gone', JSON.stringify(left));
  const sent: unknown[] = [];
  vi.stubGlobal('localStorage', storage);
  vi.stubGlobal('addEventListener', () => {});
  vi.stubGlobal('navigator', {});
  vi.spyOn(api, 'PUT').mockImplementation(async (...asked: unknown[]) => {
    const [path, { params }] = asked as [string, { params: { header: object; path: object } }];
    sent.push([path, params.path, params.header]);
    return { data: {}, response: new Response() } as never;
  });
  sendEveryKind();
  const outbox = outboxOf('anna');
  await outbox.ready;
  await outbox.idle();
  const header = (key: string) => ({ 'Eigenlabel-User': 'anna', 'Idempotency-Key': key });
  expect(sent).toEqual([
    [
      '/api/v1/audits/{audit_id}/items/{item_id}',
      { audit_id: 'whole', item_id: 'place' },
      header('k')
    ],
    [
      '/api/v1/reviews/{review_id}/pages/{page_id}',
      { review_id: 'whole', page_id: 'place' },
      header('p')
    ]
  ]);
});
