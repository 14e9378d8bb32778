import { displayUrl } from '$lib/images/urls';

/** The picture; null where it can never be shown; `later` while the service is busy or out of reach. */
export type Outcome = HTMLImageElement | null | 'later';

const GONE = [403, 404, 410];

const isImage = (blob: Blob) =>
  createImageBitmap(blob).then(
    (bitmap) => (bitmap.close(), true),
    () => false
  );

/** Returns whether an image can never be shown: the service says so, or what it sends is none. All else passes. */
async function isGone(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(url, { cache: 'no-cache', signal });
    return answer.ok ? !(await isImage(await answer.blob())) : GONE.includes(answer.status);
  } catch {
    return false;
  }
}

function loaded(url: string, signal: AbortSignal): Promise<HTMLImageElement | null> {
  return new Promise((resolve) => {
    const picture = new Image();
    picture.alt = '';
    picture.draggable = false;
    picture.onload = () => resolve(picture);
    picture.onerror = () => resolve(null);
    picture.src = url;
    signal.addEventListener('abort', () => {
      picture.removeAttribute('src');
      resolve(null);
    });
  });
}

/** Fetches an image once; broken off by `signal`, it is one for later. */
export async function fetchPicture(imageId: string, signal: AbortSignal): Promise<Outcome> {
  const url = displayUrl(imageId);
  const picture = await loaded(url, signal);
  if (picture || signal.aborted) return picture ?? 'later';
  return (await isGone(url, signal)) ? null : 'later';
}
