import { address } from '$lib/address';

/** The version of the rule by which images are shown: browsers keep what an address gave them for a year. */
export const RENDERING = 2;

const imageUrl = (imageId: string, view: string) =>
  address(`/api/v1/images/${imageId}/${view}?v=${RENDERING}`);

/** The image in full size. */
export const contentUrl = (imageId: string) => imageUrl(imageId, 'content');
/** The image at the size to label by. */
export const displayUrl = (imageId: string) => imageUrl(imageId, 'display');
export const thumbnailUrl = (imageId: string) => imageUrl(imageId, 'thumbnail');
