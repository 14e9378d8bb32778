type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** A list under one key of local storage; storage may be full or switched off, which is no error here. */
export class StoredList<Item> {
  constructor(
    readonly storage: Store,
    readonly key: string
  ) {}

  read(): Item[] {
    try {
      const stored: unknown = JSON.parse(this.storage.getItem(this.key) ?? '[]');
      return Array.isArray(stored) ? (stored as Item[]) : [];
    } catch {
      return [];
    }
  }

  write(items: Item[]): void {
    try {
      if (items.length === 0) this.storage.removeItem(this.key);
      else this.storage.setItem(this.key, JSON.stringify(items));
    } catch {
      // The items are still kept on this page.
    }
  }
}
