import { newKey } from '$lib/api/new-key';

const KEY = 'eigenlabel.holder';

/**
 * Returns the name by which the service tells the tabs of one person apart; a reload keeps it, so that what was handed
 * to this tab stays with it.
 *
 * It is stored only between two pages of the tab: a copy of the tab finds none, and takes its own.
 */
function holderOfTab(): string {
  try {
    const storage = sessionStorage;
    const kept = storage.getItem(KEY) ?? newKey();
    storage.removeItem(KEY);
    addEventListener('pagehide', () => storage.setItem(KEY, kept));
    addEventListener('pageshow', () => storage.removeItem(KEY));
    return kept;
  } catch {
    return newKey();
  }
}

export const TAB = holderOfTab();
