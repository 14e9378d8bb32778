import { describe, expect, it } from 'vitest';
import { downloadTitle } from './downloads';

describe('a public data set', () => {
  it('says how large it is, and whose it is to start', () => {
    expect(downloadTitle('MNIST', { bytes: 12_000_000, allowed: true })).toBe('MNIST (12 MB)');
    expect(downloadTitle('SUN397', { bytes: 39e9, allowed: false })).toBe(
      'SUN397 (39.0 GB, administrators only)'
    );
  });
});
