import { expect, it } from 'vitest';
import { EXPORTS, exportsOf } from './export-formats';

it('every format of the service is offered, those of today with words', () => {
  expect(EXPORTS.map(({ format }) => format)).toContain('csv');
  for (const { title, hint } of EXPORTS) expect([title, hint].every(Boolean), title).toBe(true);
  expect(exportsOf(['csv', 'tsv']).map(({ title }) => title)).toEqual(['CSV', 'TSV']);
});
