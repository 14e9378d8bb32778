import { afterEach, describe, expect, it, vi } from 'vitest';

const SOURCES = import.meta.glob<string>(['/src/**/*.{svelte,ts}', '!/src/**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true
});

/** What sends a browser to a path that knows nothing of the root path. */
const BARE = [
  /\b(?:goto|fetch|EventSource|sendBeacon|pushState|replaceState|URL)\(\s*[`'"]\//,
  /\b(?:Shared)?Worker\(\s*[`'"]\//,
  /<(?:a|img|link|form|source)\b[^>]*?\b(?:href|src|action)=(?:["']|\{\s*[`'"])\//s,
  /\blocation\.(?:href\s*=|assign\(|replace\()\s*[`'"]\//
];

async function below(base: string) {
  vi.resetModules();
  vi.doMock('$app/paths', () => ({ base }));
  return { ...(await import('./address')), ...(await import('$lib/account/next')) };
}

afterEach(() => vi.doUnmock('$app/paths'));

describe('below a root path', () => {
  it('puts the root path before every path of the service', async () => {
    const { address, isBelow, signInPath } = await below('/labels');
    expect(address('/projects/1')).toBe('/labels/projects/1');
    expect(isBelow('/labels/projects/1/images', '/projects/1')).toBe(true);
    expect(isBelow('/labels/projects/10', '/projects/1')).toBe(false);
    expect(isBelow('/projects/1', '/projects/1')).toBe(false);
    expect(signInPath('/labels/')).toBe('/labels/sign-in');
    expect(signInPath('/labels/account')).toBe('/labels/sign-in?next=%2Flabels%2Faccount');
  });

  it('leads back to a page of this service only', async () => {
    const { localPath } = await below('/labels');
    expect(localPath('/labels/account?a=b')).toBe('/labels/account?a=b');
    for (const other of ['/', '/grafana/', '/labels/../grafana', '//evil.example', null]) {
      expect(localPath(other)).toBe('/labels/');
    }
  });

  it('has no address in the sources that leaves it out', () => {
    expect(Object.keys(SOURCES).length).toBeGreaterThan(100);
    for (const [file, source] of Object.entries(SOURCES)) {
      for (const bare of BARE) expect(bare.exec(source)?.[0], file).toBeUndefined();
    }
  });

  it('would find one', () => {
    const samples = [
      "goto('/x')",
      '<a class="link" href="/x/{id}">',
      '<img alt="" src={`/api/x`} />'
    ];
    for (const sample of samples) expect(BARE.some((bare) => bare.test(sample))).toBe(true);
  });
});
