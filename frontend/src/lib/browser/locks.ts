export type Lock = { release: () => void };

export type Wish = {
  /** Take it only if nobody has it now. */
  ifAvailable?: boolean;
  /** Take it from whoever has it. */
  steal?: boolean;
  /** Gives up waiting. */
  signal?: AbortSignal;
  /** Called when somebody else has stolen it. */
  onLost?: () => void;
};

/** Locks that the tabs of a browser share; a tab that closes lets go of its own. */
export type Locks = {
  /** Resolves with the lock once it is held, with null where it was not available or waiting was given up. */
  hold: (name: string, wish?: Wish) => Promise<Lock | null>;
};

function optionsOf({ ifAvailable, steal, signal }: Wish): LockOptions {
  if (steal) return { steal };
  return ifAvailable ? { ifAvailable } : signal ? { signal } : {};
}

export const webLocks: Locks = {
  hold: (name, wish = {}) =>
    new Promise((resolve) => {
      let held = false;
      let release = () => {};
      const over = new Promise<void>((done) => (release = done));
      navigator.locks
        .request(name, optionsOf(wish), (lock) => {
          held = lock !== null;
          resolve(held ? { release } : null);
          return held ? over : undefined;
        })
        .catch(() => (held ? wish.onLost?.() : resolve(null)));
    })
};

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export const BEAT = 2_000;
const LIVES = 3 * BEAT;

/**
 * Locks in local storage, for pages over plain http, where a browser offers none.
 *
 * A holder renews its lock every two seconds; one that has not been renewed for six is free. Two tabs may for a
 * moment both believe that they hold one, so a lock here spares work and decides nothing.
 */
export function storedLocks(storage: Store, onLeave: (leave: () => void) => void): Locks {
  const held = new Set<Lock>();
  onLeave(() => held.forEach((lock) => lock.release()));
  const keyOf = (name: string) => `eigenlabel.lock.${name}`;

  function read(name: string): { owner: string; until: number } | null {
    try {
      return JSON.parse(storage.getItem(keyOf(name)) ?? 'null');
    } catch {
      return null;
    }
  }

  function write(name: string, owner: string): void {
    try {
      storage.setItem(keyOf(name), JSON.stringify({ owner, until: Date.now() + LIVES }));
    } catch {
      // Without storage every tab does the work itself.
    }
  }

  function keep(name: string, onLost?: () => void): Lock {
    const owner = `${Math.random()}`;
    const isOurs = () => (read(name)?.owner ?? owner) === owner;
    write(name, owner);
    const beat = setInterval(() => {
      if (isOurs()) return write(name, owner);
      lock.release();
      onLost?.();
    }, BEAT);
    const lock = {
      release() {
        clearInterval(beat);
        if (held.delete(lock) && isOurs()) storage.removeItem(keyOf(name));
      }
    };
    held.add(lock);
    return lock;
  }

  const isFree = (name: string) => (read(name)?.until ?? 0) < Date.now();

  async function hold(name: string, wish: Wish = {}): Promise<Lock | null> {
    while (!wish.steal && !isFree(name)) {
      if (wish.ifAvailable || wish.signal?.aborted) return null;
      await new Promise((resolve) => setTimeout(resolve, BEAT));
    }
    return wish.signal?.aborted ? null : keep(name, wish.onLost);
  }
  return { hold };
}

let chosen: Locks | undefined;

/** Returns the locks of this browser. */
export function sharedLocks(): Locks {
  chosen ??=
    'locks' in navigator
      ? webLocks
      : storedLocks(localStorage, (leave) => addEventListener('pagehide', leave));
  return chosen;
}
