import { connection } from '$lib/browser/connection.svelte';
import { displayUrl } from '$lib/images/urls';

const AT_ONCE = 3;
const AGAIN_AFTER = 3_000;

type Load = (imageId: string) => Promise<HTMLImageElement | null>;

const GONE = [403, 404, 410];

const isImage = (blob: Blob) =>
  createImageBitmap(blob).then(
    (bitmap) => (bitmap.close(), true),
    () => false
  );

/** Returns whether an image can never be shown: the service says so, or what it sends is none. All else passes. */
async function isGone(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { cache: 'no-cache' });
    return answer.ok ? !(await isImage(await answer.blob())) : GONE.includes(answer.status);
  } catch {
    return false;
  }
}

function fetched(url: string): Promise<HTMLImageElement | null> {
  return new Promise((resolve) => {
    const picture = new Image();
    picture.alt = '';
    picture.draggable = false;
    picture.onload = () => resolve(picture);
    picture.onerror = () => resolve(null);
    picture.src = url;
  });
}

function later(): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      forget();
      clearTimeout(timer);
      resolve();
    };
    const forget = connection.onBack(done);
    const timer = setTimeout(done, AGAIN_AFTER);
  });
}

/** Fetches an image; null where it can never be shown. While the service is busy or out of reach it waits. */
export const fetchPicture: Load = async (imageId) => {
  const url = displayUrl(imageId);
  for (;;) {
    const picture = await fetched(url);
    if (picture) return picture;
    if (await isGone(url)) return null;
    await later();
  }
};

/**
 * Returns a loader that fetches a few images at a time, in the order asked for.
 *
 * Images held ahead must not stand in the way of answers: a browser opens six connections to a host.
 */
export function loader(load: Load): (imageId: string, urgent?: boolean) => ReturnType<Load> {
  const waiting: (() => Promise<void>)[] = [];
  let busy = 0;

  async function next(): Promise<void> {
    const first = busy < AT_ONCE && waiting.shift();
    if (!first) return;
    busy += 1;
    await first();
    busy -= 1;
    void next();
  }

  return (imageId, urgent = false) =>
    new Promise((resolve) => {
      const run = async () => resolve(await load(imageId));
      if (urgent) waiting.unshift(run);
      else waiting.push(run);
      void next();
    });
}

export const loadPicture = loader(fetchPicture);
