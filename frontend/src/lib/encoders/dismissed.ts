const KEY = 'eigenlabel.dismissed-encoders';
const KEPT = 50;

type Store = Pick<Storage, 'getItem' | 'setItem'>;

/** Returns the ids of the encoders that this browser does not offer any more. */
export function readDismissed(store: Store = localStorage): string[] {
  try {
    const kept: unknown = JSON.parse(store.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}

/** Remembers that an encoder is not to be offered any more; returns all of them. */
export function dismiss(encoderId: string, store: Store = localStorage): string[] {
  const kept = [...readDismissed(store).filter((each) => each !== encoderId), encoderId].slice(
    -KEPT
  );
  try {
    store.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Without storage the offer is gone until the page is opened again.
  }
  return kept;
}
