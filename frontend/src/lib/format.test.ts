import { describe, expect, it } from 'vitest';
import { counted, duration, percent } from './format';

describe('numbers for people', () => {
  it('counts in words', () => {
    expect(counted(1, 'image')).toBe('1 image');
    expect(counted(2016, 'image')).toBe('2,016 images');
    expect(counted(2, 'category', 'categories')).toBe('2 categories');
  });

  it('says durations as people do', () => {
    expect([0.42, 12.3, 59.7, 185, 120, 7440].map(duration)).toEqual([
      '0.4 s',
      '12 s',
      '1 min',
      '3 min 5 s',
      '2 min',
      '2 h 4 min'
    ]);
  });

  it('shows shares as percentages', () => {
    expect(percent(0.6843)).toBe('68.4%');
    expect(percent(0.62, 0)).toBe('62%');
  });
});
