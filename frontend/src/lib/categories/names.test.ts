import { describe, expect, it } from 'vitest';
import { categoryNames } from './names';

describe('typed or pasted categories', () => {
  it('come one a line, by comma or from a spreadsheet row', () => {
    expect(categoryNames('glass\r\npaper\n')).toEqual(['glass', 'paper']);
    expect(categoryNames('glass, paper;metal\ttrash')).toEqual([
      'glass',
      'paper',
      'metal',
      'trash'
    ]);
  });

  it('keep spaces inside a name and drop repeats', () => {
    expect(categoryNames('Basset hound,  Basset hound , pug')).toEqual(['Basset hound', 'pug']);
  });

  it('are none for blank text', () => {
    expect(categoryNames(' \n , ')).toEqual([]);
  });
});
