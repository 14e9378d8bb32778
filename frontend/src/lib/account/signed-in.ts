import { base } from '$app/paths';

/** Storage is the host's: another installation may be under another path of it. */
const KEY = `eigenlabel.signed-in${base}`;

/**
 * Whether somebody has signed in with this browser and not out again.
 *
 * The session itself is a cookie that scripts cannot see. This hint spares a visitor who has none a request that
 * can only be refused; the service alone decides what a session may do.
 */
export function mayBeSignedIn(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return true;
  }
}

export function rememberSignedIn(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(KEY, '1');
    else localStorage.removeItem(KEY);
  } catch {
    // Without storage every visit asks the service.
  }
}
