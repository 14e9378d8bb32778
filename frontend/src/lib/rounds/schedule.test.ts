import { describe, expect, it } from 'vitest';
import { describeSchedule, labelCost, parseSchedule, PRESETS } from './schedule';

describe('the schedule of a round', () => {
  it('costs labels a category times categories, over all steps', () => {
    expect(PRESETS.map(({ schedule }) => labelCost(schedule, 10, 4000))).toEqual([90, 90, 90]);
    expect(labelCost([1, 2], 6, 4000)).toBe(18);
  });

  it('never costs more than there are images', () => {
    expect(labelCost([5, 5], 10, 40)).toBe(40);
  });

  it('is told in few words', () => {
    expect(describeSchedule(Array(9).fill(1))).toBe('9 × 1');
    expect([describeSchedule([4, 5]), describeSchedule([2])]).toEqual(['4, 5', '2']);
    expect(describeSchedule([3, 1], true)).toBe('3, 1 and on');
  });

  it('is typed as numbers between commas, spaces or plus signs', () => {
    expect(parseSchedule('1, 2 3+4').schedule).toEqual([1, 2, 3, 4]);
  });

  it.each(['', '0', '1, x', '1.5', '-1', '101', Array(51).fill('1').join()])(
    'refuses %j',
    (text) => {
      const { schedule, error } = parseSchedule(text);
      expect(schedule).toBeNull();
      expect(error).toBeTruthy();
    }
  );
});
