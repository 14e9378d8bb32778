import { api, unwrap } from '$lib/api/client';
import type { Annotation, Image } from '$lib/api/types';

type Labelled = Pick<Image, 'id' | 'annotation_version'>;

/** Names the label that is changed, so that one which has changed meanwhile is not overwritten. */
function pathAndVersion({ id, annotation_version }: Labelled) {
  const header = annotation_version === null ? {} : { 'If-Match': `"${annotation_version}"` };
  return { path: { image_id: id }, header };
}

/** Gives an image a category from the browser of images. */
export function annotateImage(image: Labelled, category_id: string): Promise<Annotation> {
  const params = pathAndVersion(image);
  return unwrap(api.PUT('/api/v1/images/{image_id}/annotation', { params, body: { category_id } }));
}

/** Takes the label of an image back. */
export async function withdrawLabel(image: Labelled): Promise<void> {
  await unwrap(
    api.DELETE('/api/v1/images/{image_id}/annotation', { params: pathAndVersion(image) })
  );
}

/** Gives an image the category that it had before, or none; refused where its label has changed since `made`. */
export async function restoreLabel(made: Annotation, before: string | null): Promise<void> {
  const image = { id: made.image_id, annotation_version: made.version };
  if (before !== null) await annotateImage(image, before);
  else await withdrawLabel(image);
}
