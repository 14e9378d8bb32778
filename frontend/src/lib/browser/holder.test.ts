import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryStorage } from '$lib/testing';

/** A page of a tab with this storage; `go` is what the browser does when it is left or shown again. */
async function page(storage: Storage) {
  const heard = new Map<string, () => void>();
  vi.resetModules();
  vi.stubGlobal('sessionStorage', storage);
  vi.stubGlobal('addEventListener', (name: string, does: () => void) => heard.set(name, does));
  const { TAB } = await import('./holder');
  return { tab: TAB, go: (name: 'pagehide' | 'pageshow') => heard.get(name)!() };
}

describe('the name of a tab', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('outlives a reload, and is not that of a copy of the tab', async () => {
    const storage = memoryStorage();
    const first = await page(storage);
    const copy = await page(memoryStorage());
    expect(copy.tab).not.toBe(first.tab);
    expect(storage.length).toBe(0);
    first.go('pagehide');
    expect((await page(storage)).tab).toBe(first.tab);
    expect(storage.length).toBe(0);
  });

  it('is kept from the next page where the browser shows this one again', async () => {
    const storage = memoryStorage();
    const { tab, go } = await page(storage);
    go('pagehide');
    go('pageshow');
    expect((await page(storage)).tab).not.toBe(tab);
  });

  it('is there without storage', async () => {
    vi.stubGlobal('sessionStorage', undefined);
    vi.resetModules();
    expect((await import('./holder')).TAB).toBeTruthy();
  });
});
