import { describe, expect, it } from 'vitest';
import { storedLocks } from '$lib/browser/locks';
import { memoryStorage } from '$lib/testing';
import { RememberedUploads } from './remembered';
import { plain } from './upload.svelte';

describe('an upload that was broken off', () => {
  it('is told after a reload with how far it was, and not while a tab goes on with it', async () => {
    const storage = memoryStorage();
    let leave = () => {};
    const tab = new RememberedUploads(
      storage,
      storedLocks(storage, (left) => (leave = left))
    );
    const upload = { projectId: 'p', name: 'Trash', sent: 0, total: 500, as: plain('pool') };
    tab.begun(upload);
    tab.begun({ ...upload, projectId: 'done' });
    tab.sent('p', 200, true);
    tab.sent('done', 500, false);
    const other = () =>
      new RememberedUploads(
        storage,
        storedLocks(storage, () => {})
      );
    await new Promise((resolve) => setTimeout(resolve));
    expect(await tab.brokenOff()).toEqual([]);
    leave();
    expect(await other().brokenOff()).toEqual([{ ...upload, sent: 200 }]);
    await other().forget('p');
    expect(await other().brokenOff()).toEqual([]);
  });
});
