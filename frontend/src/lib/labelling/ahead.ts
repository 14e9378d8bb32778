import { connection } from '$lib/browser/connection.svelte';
import { displayUrl } from '$lib/images/urls';

const AT_ONCE = 3;
const AGAIN_AFTER = 3_000;

type Load = (imageId: string) => Promise<HTMLImageElement | null>;

/** Returns whether the service says that the image cannot be had, in contrast to not answering. */
async function isGone(url: string): Promise<boolean> {
  const answer = await fetch(url, { cache: 'no-cache' }).catch(() => null);
  return answer !== null && (answer.ok || [403, 404, 410].includes(answer.status));
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

/** Fetches an image; null where it cannot be shown. Without a connection it waits for one. */
const fetchPicture: Load = async (imageId) => {
  const url = displayUrl(imageId);
  for (;;) {
    const picture = await fetched(url);
    if (picture || (await isGone(url))) return picture;
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
