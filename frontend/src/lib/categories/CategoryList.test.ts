// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { expect, it } from 'vitest';
import { category } from '$lib/testing';
import CategoryList from './CategoryList.svelte';
import { CategoryChooser } from './chooser.svelte';

it('a long list is searched by the same keys wherever it is shown', async () => {
  const names = ['ant', ...Array.from({ length: 10 }, (_, at) => `bug ${at}`)];
  const categories = names.map((name, position) => category(name, { position }));
  const chooser = new CategoryChooser({ categories: () => categories });
  const given: string[] = [];
  const list = mount(CategoryList, {
    target: document.body,
    props: { chooser, chosenId: null, give: ({ name }) => given.push(name) }
  });
  flushSync();
  const field = document.querySelector('input')!;
  const press = (key: string) => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
    field.dispatchEvent(event);
    flushSync();
    return event.defaultPrevented;
  };
  chooser.search('bug');
  expect(['ArrowDown', 'ArrowDown', 'ArrowUp', 'Enter'].map(press)).not.toContain(false);
  expect(given).toEqual(['bug 1']);
  expect(press('Escape')).toBe(true);
  expect(chooser.filter).toBe('');
  expect(press('Escape')).toBe(false);
  expect(press('1')).toBe(false);
  await unmount(list);
});
