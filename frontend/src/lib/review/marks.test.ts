import { beforeEach, describe, expect, it } from 'vitest';
import { PageMarks } from './marks.svelte';
import { page } from './testing';

const GLASS = { category: 'glass' };
const METAL = { category: 'metal' };

describe('marks on a page', () => {
  let marks: PageMarks;
  const selected = () => [...marks.selected].sort().join('');
  const said = () => Object.fromEntries(marks.marks);

  beforeEach(() => {
    marks = new PageMarks();
    marks.show(page('p', 'glass', ['a', 'b', 'c', 'd', 'e', 'f']));
  });

  it('selects the odd ones and then says what they are', () => {
    marks.touch(1);
    marks.touch(4);
    marks.touch(4);
    marks.touch(3);
    expect(selected()).toBe('bd');
    marks.say(METAL);
    expect([selected(), said()]).toEqual(['', { b: METAL, d: METAL }]);
    expect(marks.answer(2)).toEqual({
      default: 'glass',
      answers: { b: 'metal', d: 'metal' },
      unusable: {},
      left: [],
      seconds: 2
    });
  });

  it('paints with a category that was chosen first, and takes it off again', () => {
    marks.say(METAL);
    marks.touch(0);
    marks.touch(2);
    marks.touch(0);
    expect([selected(), said()]).toEqual(['', { c: METAL }]);
    marks.say(METAL);
    marks.touch(0);
    expect([marks.brush, selected()]).toEqual([null, 'a']);
  });

  it.each([
    ['selects', null, 'bcde'],
    ['paints', METAL, '']
  ])('%s a range, in either direction', (_, brush, expected) => {
    if (brush) marks.say(brush);
    marks.touch(4);
    marks.touch(1, true);
    expect(selected()).toBe(expected);
    if (brush) expect(Object.keys(said()).sort().join('')).toBe('bcde');
  });

  it('extends a range from the keyboard', () => {
    marks.move(1);
    marks.move(2, true);
    expect([selected(), marks.cursor]).toEqual(['bcd', 3]);
    marks.move(99);
    expect(marks.cursor).toBe(5);
  });

  it('keeps no mark that says what the page says', () => {
    marks.touch(0);
    marks.say(METAL);
    marks.touch(0);
    marks.say(GLASS);
    expect(said()).toEqual({});
  });

  it('says that images cannot be used, or nothing of them', () => {
    marks.touch(0);
    marks.say({ unusable: 'broken' });
    marks.touch(1);
    marks.say({ left: true });
    expect(marks.answer(0)).toMatchObject({ unusable: { a: 'broken' }, left: ['b'], answers: {} });
    marks.touch(0);
    marks.erase();
    expect(marks.answer(0)).toMatchObject({ unusable: {}, left: ['b'] });
  });

  it('names a page that has no category, and paints after that', () => {
    marks.show(page('p', null, ['a', 'b']));
    marks.touch(1);
    marks.say(METAL);
    marks.say(GLASS);
    expect([marks.category, marks.brush]).toEqual(['glass', null]);
    marks.say(METAL);
    expect(marks.brush).toEqual(METAL);
    expect(marks.answer(0)).toMatchObject({ default: 'glass', answers: { b: 'metal' } });
  });

  it('shows what was said of a page that is taken back', () => {
    marks.touch(1);
    marks.say(METAL);
    const answer = marks.answer(1);
    marks.show(page('q', 'metal', ['x']));
    marks.show(page('p', 'glass', ['a', 'b', 'c']), answer);
    expect(said()).toEqual({ b: METAL });
  });

  it('lets go of the selection before the brush', () => {
    marks.say(METAL);
    marks.selectAll();
    expect(marks.letGo()).toBe(true);
    expect(marks.brush).toEqual(METAL);
    expect(marks.letGo()).toBe(true);
    expect(marks.letGo()).toBe(false);
  });
});
