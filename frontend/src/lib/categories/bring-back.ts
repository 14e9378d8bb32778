import { api, unwrap } from '$lib/api/client';
import { asProblem } from '$lib/api/problem';
import type { Category } from '$lib/api/types';

/** Brings a category back as it was: one that was archived, or one that was deleted because nothing used it. */
export async function bringBack(projectId: string, category: Category): Promise<void> {
  const { id, name, shortcut, position } = category;
  try {
    const params = { path: { category_id: id } };
    const body = { archived: false, ...(shortcut ? { shortcut } : {}) };
    await unwrap(api.PATCH('/api/v1/categories/{category_id}', { params, body }));
  } catch (error) {
    if (asProblem(error).status !== 404) throw error;
    const made = await unwrap(
      api.POST('/api/v1/projects/{project_id}/categories', {
        params: { path: { project_id: projectId } },
        body: { name, shortcut }
      })
    );
    const params = { path: { category_id: made.id } };
    await unwrap(api.PATCH('/api/v1/categories/{category_id}', { params, body: { position } }));
  }
}
