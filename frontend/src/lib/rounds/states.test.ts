import { describe, expect, it } from 'vitest';
import type { Round } from '$lib/api/types';
import { newestRound } from './states';

const round = (state: Round['state'], number = 1) => ({ state, number }) as Round;

describe('the newest round', () => {
  it('is the one with the highest number', () => {
    const rounds = [round('done', 2), round('labelling', 10), round('failed')];
    expect(newestRound(rounds)?.state).toBe('labelling');
    expect(newestRound([])).toBeNull();
  });
});
