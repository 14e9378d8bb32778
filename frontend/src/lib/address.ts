import { base } from '$app/paths';

/** A path of this service: a page's, or one of the API's. */
export type ServicePath = `/${string}`;

/**
 * Returns the address of a path in this browser, below the root path that the service is reached under
 * (`EIGENLABEL_ROOT_PATH`). Every link, request and image goes through here; `Button` and `MenuItem` do it
 * for theirs.
 */
export const address = (path: ServicePath): string => base + path;

/** Returns whether the address `here` is that of `path` or below it. */
export function isBelow(here: string, path: ServicePath): boolean {
  return here === address(path) || here.startsWith(`${address(path)}/`);
}
