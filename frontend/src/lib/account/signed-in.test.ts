import { afterEach, expect, it, vi } from 'vitest';
import { memoryStorage } from '$lib/testing';

afterEach(() => {
  vi.doUnmock('$app/paths');
  vi.unstubAllGlobals();
});

async function below(base: string) {
  vi.resetModules();
  vi.doMock('$app/paths', () => ({ base }));
  return await import('./signed-in');
}

it('two installations on one host know of their own sign-ins only', async () => {
  vi.stubGlobal('localStorage', memoryStorage());
  const [cells, photos, root] = [await below('/cells'), await below('/photos'), await below('')];
  cells.rememberSignedIn(true);
  root.rememberSignedIn(true);
  photos.rememberSignedIn(false);
  expect([cells, photos, root].map((each) => each.mayBeSignedIn())).toEqual([true, false, true]);
  cells.rememberSignedIn(false);
  expect([cells, photos, root].map((each) => each.mayBeSignedIn())).toEqual([false, false, true]);
});
