// @vitest-environment happy-dom
import { mount, tick, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Project, Round } from '$lib/api/types';
import { category } from '$lib/testing';
import Annotate from './Annotate.svelte';
import { GLASS, service, settled } from './testing';

describe('the annotate page', { timeout: 60_000 }, () => {
  let page: Record<string, unknown> | undefined;
  afterEach(async () => {
    if (page) await unmount(page);
  });

  const project = { name: 'Photos', categories: [category('glass', { shortcut: '1' })] };
  const round = { id: 'r', config: { strategy: { kind: 'random' } } };

  async function open(load: () => Promise<HTMLImageElement | null>, fields = {}) {
    vi.spyOn(navigator, 'sendBeacon').mockReturnValue(true);
    const made = service(['a', 'b', 'c'], { load });
    const props = { session: made.session, showKeys: false, children: (() => {}) as never };
    page = mount(Annotate, {
      target: document.body,
      props: { ...props, project: { ...project, ...fields } as Project, round: round as Round }
    });
    await made.session.start();
    return made;
  }

  /** Presses a key until it has done what is expected: at first it comes too soon to be meant. */
  const press = (key: string, expected: () => void) =>
    vi.waitFor(
      async () => {
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
        await tick();
        expected();
      },
      { timeout: 20_000 }
    );

  it('takes a skip and an undo while the image is still on its way, but no category', async () => {
    const { session, submissions, sent } = await open(() => new Promise(() => {}));
    const shown = (queryId: string) => () => expect(session.current?.queryId).toBe(queryId);
    await press('1', () => expect(document.body.textContent).toContain('the image is not shown'));
    await press(' ', () => expect(document.body.textContent).toContain('Skip, because it is'));
    await press('3', shown('b'));
    await press('z', shown('a'));
    await settled(submissions);
    expect(sent.map(({ answer }) => answer)).toEqual([{ skip: 'broken' }, null]);
  });

  it('takes a category once the image has been seen', async () => {
    const { session, submissions, sent } = await open(async () => new Image());
    await press('1', () => expect(session.current?.queryId).toBe('b'));
    await settled(submissions);
    expect(sent).toMatchObject([{ queryId: 'a', answer: GLASS }]);
  });

  it('makes a category of the first name, whose key gives it to the next image', async () => {
    vi.stubGlobal('matchMedia', () => ({ matches: false }));
    const made = await open(async () => new Image(), { categories: [], open_categories: true });
    const { session, submissions, sent } = made;
    const field = () => document.querySelector<HTMLInputElement>('#category-filter')!;
    await vi.waitFor(() => expect(document.activeElement).toBe(field()));
    field().value = 'Paper cup';
    field().dispatchEvent(new Event('input', { bubbles: true }));
    await vi.waitFor(
      async () => {
        field().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
        await tick();
        expect(session.current?.queryId).toBe('b');
      },
      { timeout: 20_000 }
    );
    expect([field().value, document.activeElement]).toEqual(['', document.body]);
    await press('1', () => expect(session.current?.queryId).toBe('c'));
    await settled(submissions);
    const answer = { category_name: 'Paper cup' };
    expect(sent).toMatchObject([
      { queryId: 'a', answer },
      { queryId: 'b', answer }
    ]);
  });
});
