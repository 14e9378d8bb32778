import type { Image, LeaseItem, MyAnnotation } from '$lib/api/types';
import { displayUrl } from '$lib/images/urls';
import type { Answer } from './submissions.svelte';

/** One image to be judged. `picture` resolves to a decoded element, or to null where it cannot be shown. */
export type Task = {
  queryId: string;
  step: number;
  image: LeaseItem['image'];
  suggestions: LeaseItem['suggestions'];
  cluster: LeaseItem['cluster'] | null;
  picture: Promise<HTMLImageElement | null>;
  /** The answer that was undone, to be seen again. */
  previous: Answer | null;
};

/** An answer given in this round, newest last. `task` is missing for answers from before a reload. */
export type Given = { queryId: string; imageId: string; answer: Answer; task: Task | null };

/** Fetches and decodes an image, so that showing it later costs one paint. */
export async function decodedPicture(imageId: string): Promise<HTMLImageElement | null> {
  const picture = new Image();
  picture.src = displayUrl(imageId);
  picture.alt = '';
  picture.draggable = false;
  try {
    await picture.decode();
    return picture;
  } catch {
    return null;
  }
}

type Decode = (imageId: string) => Promise<HTMLImageElement | null>;

/** Returns the task of a leased query; its picture starts loading at once. */
export function taskFromLease(item: LeaseItem, decode: Decode): Task {
  return {
    queryId: item.query_id,
    step: item.step,
    image: item.image,
    suggestions: item.suggestions,
    cluster: item.cluster,
    picture: decode(item.image.id),
    previous: null
  };
}

/** Returns the task of an answer from before a reload; what the image stood for is not known any more. */
export function taskFromImage(given: Given, image: Image, decode: Decode): Task {
  return {
    queryId: given.queryId,
    step: 0,
    image,
    suggestions: [],
    cluster: null,
    picture: decode(image.id),
    previous: null
  };
}

/** Returns what `my-annotations` says (newest first) as answers that can be undone, newest last. */
export function givenBefore(annotations: MyAnnotation[]): Given[] {
  return annotations
    .filter((each) => each.query_id !== null)
    .map((each) => ({
      queryId: each.query_id!,
      imageId: each.image_id,
      answer: each.skip ? { skip: each.skip } : { category_id: each.category_id! },
      task: null
    }))
    .reverse();
}
