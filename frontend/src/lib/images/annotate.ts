import { api, unwrap } from '$lib/api/client';
import type { Annotation, Image } from '$lib/api/types';

/** Gives an image a category from the browser of images; a label that changed meanwhile is not overwritten. */
export function annotateImage(
  image: Pick<Image, 'id' | 'annotation_version'>,
  category_id: string
): Promise<Annotation> {
  const version = image.annotation_version;
  return unwrap(
    api.PUT('/api/v1/images/{image_id}/annotation', {
      params: {
        path: { image_id: image.id },
        header: version === null ? {} : { 'If-Match': `"${version}"` }
      },
      body: { category_id }
    })
  );
}
