// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/svelte-query';
import { mount, unmount, type Component } from 'svelte';
import { createSubscriber } from 'svelte/reactivity';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Project, Round, Snapshot, User } from '$lib/api/types';
import { snapshots } from '$lib/live/snapshots.svelte';
import Labelling from './Labelling.svelte';
import { closeOutbox, outboxOf } from './outbox';
import type { Answer } from './submissions.svelte';
import { GLASS } from './testing';

const { GET, PUT, DELETE } = vi.hoisted(() => ({ GET: vi.fn(), PUT: vi.fn(), DELETE: vi.fn() }));
vi.mock('$lib/api/client', () => ({
  api: { GET, PUT, DELETE, POST: async () => ({ items: [], waiting_for: 'others' }) },
  unwrap: (answer: unknown) => answer
}));

vi.mock('$lib/browser/locks', () => ({
  sharedLocks: () => ({ hold: async () => ({ release: () => {} }) })
}));

const ASKED = 10;
const config = { strategy: { kind: 'random' }, rolling: false };
const fields = { id: 'r', project_id: 'p', state: 'labelling', config, step: 1, steps: null };
const round = (outstanding: number) =>
  ({
    ...fields,
    open_step: 1,
    job_id: null,
    outstanding,
    labelled: ASKED - outstanding,
    weak: 0
  }) as unknown as Round;
const counts = { indicators: 0 };
const project = { id: 'p', name: 'Photos', categories: [], counts } as unknown as Project;

describe('the number of labels in the header', { timeout: 60_000 }, () => {
  let page: Record<string, unknown>;
  let client: QueryClient;
  let steps: object[];
  /** Labels that the service has. */
  let labelled: number;
  /** Lets the service's response to the answer arrive. */
  let respond: () => void;

  const arrival = (change: number) => () => {
    labelled += change;
    return new Promise<object>((resolve) => (respond = () => resolve({ item: null })));
  };

  beforeEach(async () => {
    labelled = 0;
    steps = [{ index: 1, asked: ASKED, seconds: {} }];
    vi.clearAllMocks();
    vi.stubGlobal(
      'EventSource',
      class extends EventTarget {
        close() {}
      }
    );
    vi.stubGlobal('matchMedia', () => ({ matches: false }));
    vi.spyOn(navigator, 'sendBeacon').mockReturnValue(true);
    PUT.mockImplementation(arrival(1));
    DELETE.mockImplementation(arrival(-1));
    GET.mockImplementation(async (path: string) => {
      if (path.endsWith('/steps')) return steps;
      return path.endsWith('{round_id}') ? round(ASKED - labelled) : { items: [] };
    });
    client = new QueryClient();
    client.setQueryData(['round', 'r'], round(ASKED));
    const follow = createSubscriber((update) => client.getQueryCache().subscribe(update));
    const props = {
      user: { id: 'u', name: 'Ada' } as User,
      project,
      get round() {
        follow();
        return client.getQueryData<Round>(['round', 'r'])!;
      }
    };
    const children = ((anchor: never) =>
      (Labelling as Component<typeof props>)(anchor, props)) as never;
    page = mount(QueryClientProvider, { target: document.body, props: { client, children } });
    await shown('0 of 10');
  });
  afterEach(async () => {
    await unmount(page);
    closeOutbox();
    snapshots.latest = null;
  });

  const header = () => document.querySelector('[data-testid=step-progress]')?.textContent;
  const shown = (text: string) => vi.waitFor(() => expect(header()).toBe(text), 20_000);
  const outbox = () => outboxOf('u');
  /** The event stream tells what the service has. */
  const tell = () =>
    (snapshots.latest = {
      round: round(ASKED - labelled),
      jobs: [],
      categories: ''
    } as unknown as Snapshot);

  async function give(answer: Answer | null, undone?: Answer) {
    const sent = PUT.mock.calls.length + DELETE.mock.calls.length;
    const key = `key-${sent}`;
    outbox().add({ key, queryId: 'q', imageId: 'i', roundId: 'r', answer, seconds: null, undone });
    await vi.waitFor(() => expect(PUT.mock.calls.length + DELETE.mock.calls.length).toBe(sent + 1));
  }

  async function arrive() {
    respond();
    await outbox().idle();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  it('counts an answer at once, and once it is accepted, without another word of the service', async () => {
    await give(GLASS);
    await shown('1 of 10');
    await arrive();
    expect(header()).toBe('1 of 10');
    expect(GET.mock.calls.filter(([path]) => path.endsWith('{round_id}'))).toEqual([]);
  });

  it('counts an answer once that the event stream told of before it was accepted', async () => {
    await give(GLASS);
    tell();
    await arrive();
    expect(header()).toBe('1 of 10');
    await give(null);
    tell();
    await arrive();
    expect(header()).toBe('0 of 10');
    await give(GLASS);
    tell();
    await arrive();
    expect(header()).toBe('1 of 10');
  });

  it('counts neither a skip, in whose place another image is asked about, nor its undo', async () => {
    PUT.mockImplementation(arrival(0));
    DELETE.mockImplementation(arrival(0));
    await give({ skip: 'broken' });
    await arrive();
    expect(header()).toBe('0 of 10');
    PUT.mockImplementation(arrival(1));
    await give(GLASS);
    await arrive();
    await give(null, { skip: 'broken' });
    expect(header()).toBe('1 of 10');
    await arrive();
    expect(header()).toBe('1 of 10');
  });

  it('is of the step that the first word of the event stream tells of', async () => {
    steps = [...steps, { index: 2, asked: 5, seconds: {} }];
    const next = { ...round(5), step: 2, open_step: 2 };
    snapshots.latest = { round: next, jobs: [], categories: '' } as unknown as Snapshot;
    await shown('0 of 5');
  });

  it('counts an answer that an earlier page sent once', async () => {
    labelled = 1;
    tell();
    await shown('1 of 10');
    PUT.mockImplementation(arrival(0));
    const answer = { key: 'old', queryId: 'q', roundId: 'r', answer: GLASS, seconds: null };
    outbox().adopt([answer]);
    await vi.waitFor(() => expect(PUT).toHaveBeenCalled());
    await arrive();
    expect(header()).toBe('1 of 10');
  });
});
