import type { QueryClient } from '@tanstack/svelte-query';
import { api, unwrap } from '$lib/api/client';
import type { Chosen } from './files';
import { rememberedUploads } from './remembered';
import { sendTo, Upload, type Import } from './upload.svelte';

export type ProjectUpload = { projectId: string; upload: Upload };

/** The uploads of this tab by project: they go on while the person moves between pages. */
class Uploads {
  /** Those that have begun, and were not put away since. */
  begun = $state.raw<ProjectUpload[]>([]);
  #known = new Map<string, Upload>();

  /** Whether files would be lost if the tab were closed now. */
  get running(): boolean {
    return this.begun.some(({ upload }) => upload.isUnfinished);
  }

  of(projectId: string, client: QueryClient): Upload {
    const known = this.#known.get(projectId);
    if (known) return known;
    const refresh = () => {
      rememberedUploads().sent(projectId, upload.sent, upload.isUnfinished);
      void client.invalidateQueries({ queryKey: ['project', projectId], exact: true });
      void client.invalidateQueries({ queryKey: ['project', projectId, 'images'] });
    };
    const upload = new Upload(sendTo(projectId), refresh, async (sent) => {
      await holdBack(projectId, sent);
      refresh();
    });
    this.#known.set(projectId, upload);
    return upload;
  }

  /** Sends files to a project; what was dropped is remembered by `name`, so that a lost rest can be told. */
  add(projectId: string, client: QueryClient, files: Chosen[], sent: Import, name = ''): Upload {
    const upload = this.of(projectId, client);
    this.begun = [
      ...this.begun.filter((each) => each.projectId !== projectId),
      { projectId, upload }
    ];
    upload.add(files, sent);
    rememberedUploads().begun({ projectId, name, sent: 0, total: upload.total, as: sent });
    return upload;
  }

  /** Shows an upload no more. */
  putAway(projectId: string): void {
    this.begun = this.begun.filter((each) => each.projectId !== projectId);
  }

  /** Forgets all, because the person signs out: what was not sent is left. */
  end(): void {
    this.#known.forEach((upload) => upload.stop());
    this.#known.clear();
    this.begun = [];
  }
}

async function holdBack(projectId: string, { holdBack, importId }: Import): Promise<void> {
  if (!holdBack) return;
  const params = { path: { project_id: projectId } };
  const body = { share: 0.1, import_id: importId };
  await unwrap(api.POST('/api/v1/projects/{project_id}/hold-back', { params, body }));
}

export const uploads = new Uploads();
