import { describe, expect, it } from 'vitest';
import { dropName, imageLike } from './name';

const chosen = (path: string) => ({ file: new File(['x'], path.split('/').at(-1)!), path });
const name = (...paths: string[]) => dropName(paths.map(chosen), new Date(2026, 10, 30, 12));

describe('the name of a dropped project', () => {
  it('is that of its folder, or of its zip', () => {
    expect(name('Trash photos/glass/1.jpg', 'Trash photos/2.jpg')).toBe('Trash photos');
    expect(name('trashnet.ZIP')).toBe('trashnet');
    expect(name('Cafe\u0301/1.jpg')).toBe('Café');
  });

  it('of several is that of the first, and says how many there are', () => {
    expect(name('cats/1.jpg', 'dogs/1.jpg', 'more.zip')).toBe('cats and 2 more');
    expect(name(`${'x'.repeat(130)}/1.jpg`, 'b/1.jpg')).toHaveLength(120);
  });

  it('of loose images is the day', () => {
    expect(name('1.jpg', '2.jpg')).toBe('Images of 2026-11-30');
  });

  it('is only asked for where there are images', () => {
    const found = imageLike(['a.txt', 'b.JPG', 'c/photos.zip', 'd.pdf', 'e.heic'].map(chosen));
    expect(found.map(({ path }) => path)).toEqual(['b.JPG', 'c/photos.zip', 'e.heic']);
  });
});
