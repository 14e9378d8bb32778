/** Returns where to go after signing in: a page of this site, or the start page. */
export function localPath(next: string | null): string {
  if (!next || !next.startsWith('/')) return '/';
  const base = 'http://here.invalid';
  try {
    const address = new URL(next, base);
    const here = address.origin === base && !address.pathname.startsWith('//');
    return here ? `${address.pathname}${address.search}${address.hash}` : '/';
  } catch {
    return '/';
  }
}

/** Returns the address of the sign-in page that comes back to `here`. */
export function signInPath(here: string): string {
  return here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`;
}
