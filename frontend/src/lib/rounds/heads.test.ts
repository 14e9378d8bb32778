import { describe, expect, it } from 'vitest';
import { DEFAULTS } from './defaults';
import { headKinds, HEADS, type HeadKind } from './heads';

const KINDS = Object.keys(HEADS) as HeadKind[];

describe('the heads in the form', () => {
  it('are each listed once, the default first, whichever it is', () => {
    for (const first of KINDS) {
      expect(headKinds(first)[0]).toBe(first);
      expect(headKinds(first).toSorted()).toEqual(KINDS.toSorted());
    }
    expect(headKinds()[0]).toBe(DEFAULTS.FrozenFinetune.head);
  });

  it.each(KINDS)('%s has one sentence', (kind) => {
    expect(HEADS[kind].hint).toMatch(/^[A-Z][^.]+\.$/);
  });
});
