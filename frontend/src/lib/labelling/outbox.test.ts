import { describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '$lib/api/problem';
import type { Locks } from '$lib/browser/locks';
import { memoryStorage } from '$lib/testing';
import { Outbox } from './outbox';
import type { AnswerSubmission, Submission } from './submissions.svelte';

const answer = (queryId: string): AnswerSubmission => ({
  key: `key-${queryId}`,
  queryId,
  answer: { category_id: 'glass' },
  seconds: 1
});

const page = (pageId: string): Submission => ({
  key: `key-${pageId}`,
  kind: 'page',
  queryId: pageId,
  roundId: 'review',
  images: 2,
  answer: { default: 'glass', answers: {}, unusable: {}, left: [], seconds: 1 }
});

/** Locks of one browser; `crash` lets go of all, as when its tabs are gone. */
function locks() {
  const held = new Set<string>();
  const hold: Locks['hold'] = async (name) => {
    if (held.has(name)) return null;
    held.add(name);
    return { release: () => void held.delete(name) };
  };
  return { hold, crash: () => held.clear() };
}

function browser() {
  const state = { storage: memoryStorage(), locks: locks(), away: false, user: 'anna' };
  const sent: string[] = [];
  const keys: string[] = [];
  const open = (userId: string) =>
    new Outbox(userId, {
      storage: state.storage,
      locks: state.locks,
      send: async (of, { queryId, key }) => {
        keys.push(key);
        if (state.away) throw new ApiProblem(0, 'No answer.');
        if (of !== state.user) throw new ApiProblem(401, 'Somebody else is signed in.');
        sent.push(`${of} ${queryId}`);
        return null;
      }
    });
  return { state, sent, keys, open };
}

describe('the answers of one user', () => {
  it('are sent from any later page, once', async () => {
    const { state, sent, open } = browser();
    state.away = true;
    const first = open('anna');
    first.queue.add(answer('a'));
    first.queue.add(answer('b'));
    state.locks.crash();
    await first.close();
    state.away = false;
    const [second, third] = [open('anna'), open('anna')];
    await Promise.all([second.queue.ready, third.queue.ready]);
    await Promise.all([second.queue.idle(), third.queue.idle()]);
    expect(sent.sort()).toEqual(['anna a', 'anna b']);
    expect(state.storage.length).toBe(0);
  });

  it('of a tab that lives are left to it', async () => {
    const { state, open } = browser();
    state.away = true;
    const first = open('anna');
    first.queue.add(answer('a'));
    const second = open('anna');
    await second.queue.ready;
    expect(second.queue.pending).toEqual([]);
    expect(first.queue.pending).toHaveLength(1);
  });

  it('wait for their own user, whoever has signed in meanwhile', async () => {
    const { state, sent, open } = browser();
    state.away = true;
    const anna = open('anna');
    anna.queue.add(answer('a'));
    await anna.close();
    state.away = false;
    state.user = 'ben';
    const ben = open('ben');
    await ben.queue.ready;
    expect(ben.queue.pending).toEqual([]);
    const stale = open('anna');
    await stale.queue.ready;
    await vi.waitFor(() => expect(stale.queue.problem?.status).toBe(401));
    expect(sent).toEqual([]);
    state.user = 'anna';
    await stale.queue.run();
    expect(sent).toEqual(['anna a']);
  });

  it('are those to audits and the pages of reviews too, under the keys that they had', async () => {
    const { state, keys, sent, open } = browser();
    state.away = true;
    const first = open('anna');
    first.queue.add({ ...answer('place'), kind: 'audit', roundId: 'audit' });
    first.queue.add(page('p'));
    await vi.waitFor(() => expect(first.queue.problem?.status).toBe(0));
    state.locks.crash();
    await first.close();
    state.away = false;
    const second = open('anna');
    await second.queue.ready;
    await second.queue.idle();
    expect(sent).toEqual(['anna place', 'anna p']);
    expect(new Set(keys)).toEqual(new Set(['key-place', 'key-p']));
  });

  it('that an earlier release stored by round are sent as well', async () => {
    const { state, sent, open } = browser();
    state.storage.setItem('eigenlabel.pending.anna.round-1', JSON.stringify([answer('old')]));
    const outbox = open('anna');
    await outbox.queue.ready;
    await outbox.queue.idle();
    expect(sent).toEqual(['anna old']);
    expect(state.storage.length).toBe(0);
  });
});
