import { address } from '$lib/address';
import { problemFrom } from '$lib/api/problem';
import type { components } from '$lib/api/schema';

export type TableResult = components['schemas']['LabelFileOut'];

/** Whether a file is a table of labels, not an image. */
export const isTable = (file: File): boolean => /\.(csv|tsv)$/i.test(file.name);

/** Sends a table of files and their labels; missing categories are made. */
export async function sendTable(
  projectId: string,
  table: File,
  labels: 'annotate' | 'truth',
  encoding: string
): Promise<TableResult> {
  const form = new FormData();
  form.set('labels', labels);
  form.set('new_categories', 'true');
  if (encoding) form.set('encoding', encoding);
  form.set('file', table);
  const response = await fetch(address(`/api/v1/projects/${projectId}/label-files`), {
    method: 'POST',
    body: form
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw problemFrom(response.status, body);
  return body as TableResult;
}
