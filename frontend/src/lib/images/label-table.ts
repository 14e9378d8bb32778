import { postForm } from '$lib/api/form';
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
  return postForm(`/api/v1/projects/${projectId}/label-files`, form);
}
