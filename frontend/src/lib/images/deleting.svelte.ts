import { SvelteSet } from 'svelte/reactivity';
import { api, unwrap } from '$lib/api/client';
import type { Image } from '$lib/api/types';
import { undoToasts } from '$lib/ui/undo.svelte';

/** Images that are shown no more, and are deleted once the time to undo is over. */
export const hidden = new SvelteSet<string>();

/** Takes an image out of sight at once and deletes it when it cannot be brought back any more. */
export function hideImage({ id, filename }: Image, changed: () => Promise<void>): void {
  hidden.add(id);
  undoToasts.add({
    text: `${filename} was deleted.`,
    undo: () => void hidden.delete(id),
    commit: async () => {
      const params = { path: { image_id: id } };
      await unwrap(api.DELETE('/api/v1/images/{image_id}', { params, keepalive: true }));
      await changed();
    }
  });
}
