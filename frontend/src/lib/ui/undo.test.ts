import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UNDO_SECONDS, UndoToasts } from './undo.svelte';

describe('taking back what was just done', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const SECOND = 1000;
  const deed = () => ({
    text: 'Deleted',
    undo: vi.fn(async () => {}),
    commit: vi.fn(async () => {})
  });

  it('commits after ten seconds, and not before', async () => {
    const toasts = new UndoToasts();
    const done = deed();
    toasts.add(done);
    await vi.advanceTimersByTimeAsync((UNDO_SECONDS - 1) * SECOND);
    expect([done.commit.mock.calls.length, toasts.items.length]).toEqual([0, 1]);
    await vi.advanceTimersByTimeAsync(SECOND);
    expect([done.commit.mock.calls.length, toasts.items.length]).toEqual([1, 0]);
    expect(done.undo).not.toHaveBeenCalled();
  });

  it('takes back instead, once however often it is asked', async () => {
    const toasts = new UndoToasts();
    const done = deed();
    toasts.add(done);
    const toast = toasts.items[0]!;
    await Promise.all([toasts.undo(toast), toasts.undo(toast)]);
    await vi.advanceTimersByTimeAsync(2 * UNDO_SECONDS * SECOND);
    expect([done.undo.mock.calls.length, done.commit.mock.calls.length]).toEqual([1, 0]);
    expect(toasts.undoLast()).toBe(false);
  });

  it('stands still while the pointer or the focus is on it', async () => {
    const toasts = new UndoToasts();
    toasts.add(deed());
    toasts.pause(true);
    await vi.advanceTimersByTimeAsync(60 * SECOND);
    expect(toasts.items.length).toBe(1);
    toasts.pause(false);
    await vi.advanceTimersByTimeAsync(UNDO_SECONDS * SECOND);
    expect(toasts.items.length).toBe(0);
  });

  it('commits all at once when the tab closes', async () => {
    const toasts = new UndoToasts();
    const deeds = [deed(), deed()];
    deeds.forEach((each) => toasts.add(each));
    await toasts.flush();
    expect(deeds.map(({ commit }) => commit.mock.calls.length)).toEqual([1, 1]);
  });

  it('says why a commit was refused, brings the thing back, and stays until it is read', async () => {
    const toasts = new UndoToasts();
    const done = deed();
    done.commit.mockRejectedValue(new Error('A round is running.'));
    toasts.add(done);
    await vi.advanceTimersByTimeAsync(60 * SECOND);
    expect(toasts.items.map(({ failed }) => failed)).toHaveLength(1);
    expect(toasts.items[0]!.failed).not.toBeNull();
    expect(done.undo).toHaveBeenCalledOnce();
  });
});
