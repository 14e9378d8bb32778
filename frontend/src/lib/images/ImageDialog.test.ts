// @vitest-environment happy-dom
import { flushSync, mount, unmount } from 'svelte';
import { expect, it, vi } from 'vitest';
import { category } from '$lib/testing';
import ImageDialog from './ImageDialog.svelte';

it('an image that is taken out of the page is opened no more when it is back', async () => {
  const close = vi.fn();
  const image = { id: 'a', filename: 'a.png', width: 8, height: 8, format: 'png', split: 'pool' };
  const props = { categories: [category('glass')], changed: async () => {}, close };
  const rights = { mayCorrect: true, mayDelete: true, roundRuns: false };
  const dialog = mount(ImageDialog, {
    target: document.body,
    props: { ...props, ...rights, image: { ...image, created_at: '2026-01-01' } as never }
  });
  flushSync();
  expect(close).not.toHaveBeenCalled();
  await unmount(dialog);
  expect(close).toHaveBeenCalled();
});
