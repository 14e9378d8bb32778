import { describe, expect, it } from 'vitest';
import { SlipGuard } from './slips';

describe('slips of the finger', () => {
  const shownAt = (time: number) => {
    const guard = new SlipGuard();
    guard.shown(time);
    return guard;
  };

  it.each([60, 110, 149])('refuses what comes %i ms after the image', (after) => {
    expect(shownAt(1000).slip({ timeStamp: 1000 + after })).toBe('too-soon');
  });

  it('takes what comes later', () => {
    expect(shownAt(1000).slip({ timeStamp: 1150, detail: 1 })).toBeNull();
  });

  it('refuses what was pressed before the image was painted, however late it arrives', () => {
    expect(shownAt(1000).slip({ timeStamp: 960 })).toBe('too-soon');
    const guard = shownAt(1000);
    guard.changed();
    expect(guard.slip({ timeStamp: 9000 })).toBe('too-soon');
  });

  it('refuses the second click of a double click and held keys at any time', () => {
    expect(shownAt(0).slip({ timeStamp: 5000, detail: 2 })).toBe('double');
    expect(shownAt(0).slip({ timeStamp: 5000, repeat: true })).toBe('held');
  });
});
