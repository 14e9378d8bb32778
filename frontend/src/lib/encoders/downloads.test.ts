import { describe, expect, it } from 'vitest';
import { networkHint } from './downloads';

describe('a download', () => {
  it('is found by the name of its network, whatever the weights', () => {
    const networks = [
      { name: 'resnet18', bytes: 46_758_048, allowed: true },
      { name: 'eva_giant_patch14_560', bytes: 4_058_000_000, allowed: false }
    ];
    expect(networkHint('resnet18', networks)).toBe('A download of about 47 MB.');
    expect(networkHint(' eva_giant_patch14_560.m30m_ft ', networks)).toBe(
      'A download of about 4.1 GB; only an administrator may start it.'
    );
    expect(networkHint('resnet1', networks)).toContain('tag');
  });
});
