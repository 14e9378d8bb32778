// @vitest-environment happy-dom
import { createRawSnippet, flushSync, mount, unmount, type Component } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { Asking } from './asking.svelte';
import Confirm from './Confirm.svelte';
import Dialog from './Dialog.svelte';
import { undoToasts } from './undo.svelte';
import UndoList from './UndoList.svelte';

describe('the first focus of a dialog', () => {
  let shown: object | undefined;
  afterEach(async () => void (shown && (await unmount(shown))));

  function open<Props extends Record<string, unknown>>(
    component: Component<Props>,
    inside: string,
    props: object = {}
  ): HTMLElement {
    const children = createRawSnippet(() => ({ render: () => `<div>${inside}</div>` }));
    const all = { open: true, title: 'A dialog', ...props, children } as unknown as Props;
    shown = mount(component, { target: document.body, props: all });
    flushSync();
    return document.activeElement as HTMLElement;
  }

  it('is on the first field of its form', () => {
    const form = '<form><input disabled /><input id="name" /><input /></form>';
    expect(open(Dialog, `<input id="search" />${form}`).id).toBe('name');
  });

  it('is not in a field to search by, so that keys mean what the dialog says', () => {
    expect(open(Dialog, '<input id="search" /><button>Delete</button>').tagName).toBe('DIALOG');
  });

  it('is on the button that changes nothing where there are only buttons', () => {
    const asking = new Asking<string>();
    asking.ask('a token');
    const props = { asking, act: 'Delete it', keep: 'Keep it', confirm: () => {} };
    expect(open(Confirm, 'Gone for good.', props).textContent?.trim()).toBe('Keep it');
  });
});

it('what can be undone is shown once, in the dialog that is open', async () => {
  const props = { open: true, title: 'A dialog', children: (() => {}) as never };
  const list = mount(UndoList, { target: document.body });
  undoToasts.add({ text: 'The image is glass now.', undo: () => {} });
  flushSync();
  const shown = () =>
    [...document.querySelectorAll('p')].filter((p) => /glass now/.test(p.innerText));
  expect(shown().map((toast) => toast.closest('dialog'))).toEqual([null]);
  const dialog = mount(Dialog, { target: document.body, props });
  flushSync();
  expect(shown().map((toast) => toast.closest('dialog')?.open)).toEqual([true]);
  await unmount(dialog);
  flushSync();
  expect(shown().map((toast) => toast.closest('dialog'))).toEqual([null]);
  await unmount(list);
  await undoToasts.flush();
});
