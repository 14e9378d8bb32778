// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/svelte-query';
import { mount, unmount, type Component } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Project } from '$lib/api/types';
import Users from '../../routes/(app)/users/+page.svelte';
import Members from './Members.svelte';
import { undoToasts } from '$lib/ui/undo.svelte';

const service = vi.hoisted(() => {
  const state = { changes: [] as string[], people: [] as object[] };
  globalThis.fetch = (async (request: Request) => {
    if (request.method === 'GET') return Response.json({ items: state.people, id: 'me' });
    state.changes.push(await request.text());
    if (state.changes.length === 1) return Response.json({});
    return Response.json({ detail: 'Ben has left the service.' }, { status: 409 });
  }) as typeof fetch;
  return state;
});

describe('an undo that is refused', () => {
  let page: object;
  afterEach(async () => {
    await unmount(page);
    await undoToasts.flush();
    service.changes = [];
  });

  it.each([
    ['a member', Members as Component<never>, 'annotator', 'reviewer'],
    ['a user', Users as unknown as Component<never>, 'member', 'admin']
  ])('says why the role of %s stays', { timeout: 60_000 }, async (_, component, before, after) => {
    service.people = [{ id: 'b', user_id: 'b', name: 'ben', role: before, active: true }];
    const project = { id: 'p', role: 'owner' } as Project;
    const children = ((anchor: never) => component(anchor, { project } as never)) as never;
    const client = new QueryClient();
    page = mount(QueryClientProvider, { target: document.body, props: { client, children } });
    const role = await vi.waitFor(
      () =>
        document.querySelector<HTMLSelectElement>('[aria-label="Role of ben"]') ?? expect.fail(),
      { timeout: 20_000 }
    );
    role.value = after;
    role.dispatchEvent(new Event('change', { bubbles: true }));
    await vi.waitFor(() => expect(undoToasts.items).toHaveLength(1), { timeout: 20_000 });
    await undoToasts.undo(undoToasts.items[0]!);
    expect(service.changes).toHaveLength(2);
    expect(undoToasts.items.map(({ failed }) => failed)).toEqual(['Ben has left the service.']);
  });
});
