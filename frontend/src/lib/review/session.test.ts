import { describe, expect, it } from 'vitest';
import { ApiProblem } from '$lib/api/problem';
import type { MyPage } from './types';
import { review } from './testing';

const ANSWER = { default: 'glass', answers: {}, unusable: {}, left: [] };

describe('a review', () => {
  it('shows the next page at once, decoded before it is needed', async () => {
    const { session, sent, decoded } = review(['a', 'b', 'c', 'd']);
    await session.start();
    expect(decoded).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'c2']);
    session.confirm(ANSWER);
    expect(session.current?.id).toBe('b');
    expect(session.unsent).toBe(2);
    await session.idle();
    expect(session.unsent).toBe(0);
    expect(sent.map(({ page }) => page)).toEqual(['a']);
    expect(session.pages.map(({ id }) => id)).toEqual(['b', 'c', 'd']);
  });

  it('shows no page twice and ends where nothing is left', async () => {
    const { session } = review(['a', 'b', 'c', 'd', 'e']);
    await session.start();
    const seen = [];
    while (session.current) {
      seen.push(session.current.id);
      session.confirm(ANSWER);
      await session.idle();
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(session.waiting).toBe('finished');
  });

  it('brings the last page back with what was said of it, and the next one stays next', async () => {
    const { session, sent } = review(['a', 'b']);
    await session.start();
    session.confirm({ ...ANSWER, answers: { a1: 'metal' } });
    await session.undo();
    expect(session.pages.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(session.before).toMatchObject({ answers: { a1: 'metal' } });
    expect(sent.map(({ page, answer }) => [page, answer === null])).toEqual([
      ['a', false],
      ['a', true]
    ]);
    expect(session.given).toEqual([]);
  });

  it('undoes pages from before a reload', async () => {
    const mine = async () => [{ id: 'new' }, { id: 'old' }] as MyPage[];
    const { session, sent } = review(['b'], { mine });
    await session.start();
    await session.undo();
    expect(sent[0]).toMatchObject({ page: 'new', answer: null });
    expect(session.current?.id).toBe('new');
  });

  it('sends again under the same key until there is an answer', async () => {
    let failures = 2;
    const keys: string[] = [];
    const { session } = review(['a', 'b'], {
      confirm: async (id, _, key) => {
        keys.push(key);
        if (failures-- > 0) throw new ApiProblem(503, 'Busy.');
        return { id, labels: 2, corrections: 0, kept: [] };
      }
    });
    await session.start();
    session.confirm(ANSWER);
    await session.idle();
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect([session.problem, session.refused]).toEqual([null, null]);
  });

  it('says why a page does not count any more, which then is not undone', async () => {
    const { session } = review(['a', 'b'], {
      confirm: async () => {
        throw new ApiProblem(409, 'Others have it.');
      }
    });
    await session.start();
    session.confirm(ANSWER);
    await session.idle();
    expect([session.refused, session.given]).toEqual(['Others have it.', []]);
  });

  it('takes a page that was not sent back at once, without the service', async () => {
    const { session, submissions, sent } = review(['a', 'b', 'c'], {
      confirm: () => new Promise(() => {})
    });
    await session.start();
    session.confirm(ANSWER);
    session.confirm({ ...ANSWER, answers: { b1: 'metal' } });
    await session.undo();
    expect([session.current?.id, session.before?.answers]).toEqual(['b', { b1: 'metal' }]);
    expect(submissions.pending.map(({ queryId }) => queryId)).toEqual(['a']);
    expect(sent).toEqual([]);
  });

  it('goes on after a reload with what an earlier page has left to be sent', async () => {
    const first = review(['a', 'b'], { confirm: () => new Promise(() => {}) });
    await first.session.start();
    first.session.confirm(ANSWER);
    const { session, submissions, sent } = review(['a', 'b'], {
      mine: async () => sent.map(({ page }) => ({ id: page })) as MyPage[]
    });
    submissions.adopt(first.submissions.pending);
    expect(session.unsent).toBe(2);
    await session.start();
    await session.idle();
    expect(sent).toEqual([
      { page: 'a', answer: expect.anything(), key: first.submissions.pending[0]!.key }
    ]);
    expect(session.pages.map(({ id }) => id)).toEqual(['b']);
    expect(session.given.map(({ id }) => id)).toEqual(['a']);
  });

  it('hears nothing of the pages of another review', async () => {
    const { session, submissions } = review(['a', 'b']);
    await session.start();
    session.confirm(ANSWER);
    const left = { ...submissions.pending[0]!, key: 'other', queryId: 'z', roundId: 'other' };
    submissions.adopt([left]);
    expect(session.unsent).toBe(2);
    await session.idle();
    expect(session.given.map(({ id }) => id)).toEqual(['a']);
  });

  it('gives back what nobody has answered', async () => {
    const { session } = review(['a', 'b', 'c']);
    await session.start();
    session.confirm(ANSWER);
    expect(session.atHand()).toEqual(['b', 'c']);
  });
});
