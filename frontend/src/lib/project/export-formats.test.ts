import { expect, it } from 'vitest';
import { EXPORTS } from './export-formats';

it('every format of the service is offered in its words', () => {
  expect(EXPORTS[0]).toEqual({
    format: 'csv',
    title: 'CSV',
    hint: 'Labels and predictions, one row an image'
  });
  for (const { title, hint } of EXPORTS) expect([title, hint].every(Boolean), title).toBe(true);
});
