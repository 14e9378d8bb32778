import { describe, expect, it } from 'vitest';
import { localPath, signInPath } from './next';

describe('where signing in leads', () => {
  it('is the page that was asked for', () => {
    expect(localPath('/projects/1?tab=images#top')).toBe('/projects/1?tab=images#top');
    expect(signInPath('/projects/1?a=b')).toBe('/sign-in?next=%2Fprojects%2F1%3Fa%3Db');
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/\t/evil',
    '/.//evil',
    '',
    null
  ])('never leaves this site: %j', (next) => {
    const target = localPath(next);
    expect(new URL(target, 'http://here.invalid').origin).toBe('http://here.invalid');
    expect(target.startsWith('//')).toBe(false);
  });
});
