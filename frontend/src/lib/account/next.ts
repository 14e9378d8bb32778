import { address } from '$lib/address';

/** Returns where to go after signing in: a page of this service, or its start page. */
export function localPath(next: string | null): string {
  const start = address('/');
  if (!next || !next.startsWith('/')) return start;
  const origin = 'http://here.invalid';
  try {
    const target = new URL(next, origin);
    const ours = target.origin === origin && !target.pathname.startsWith('//');
    if (!ours || !target.pathname.startsWith(start)) return start;
    return `${target.pathname}${target.search}${target.hash}`;
  } catch {
    return start;
  }
}

/** Returns the address of the sign-in page that comes back to the address `here`. */
export function signInPath(here: string): string {
  const signIn = address('/sign-in');
  return here === address('/') ? signIn : `${signIn}?next=${encodeURIComponent(here)}`;
}
