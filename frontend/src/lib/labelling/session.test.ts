import { describe, expect, it } from 'vitest';
import { ApiProblem } from '$lib/api/problem';
import type { Leases, MyAnnotation } from '$lib/api/types';
import { lease } from '$lib/testing';
import { GLASS, service, settled } from './testing';

describe('labelling', () => {
  it('decodes the images behind the first before they are needed', async () => {
    const { session, decoded } = service(['a', 'b', 'c']);
    await session.start();
    await new Promise((resolve) => setTimeout(resolve));
    expect(session.current?.queryId).toBe('a');
    expect(decoded).toEqual(['image-of-a', 'image-of-b', 'image-of-c']);
  });

  it('shows the next image at once and sends the answer with its seconds', async () => {
    const { session, sent, submissions } = service(['a', 'b']);
    await session.start();
    session.answer(GLASS);
    expect(session.current?.queryId).toBe('b');
    await settled(submissions);
    expect(sent[0]).toMatchObject({ queryId: 'a', answer: GLASS, seconds: 1 });
  });

  it('never shows an answered image again and ends by waiting for the model', async () => {
    const { session, submissions, sent } = service(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    await session.start();
    const seen: string[] = [];
    while (session.current) {
      seen.push(session.current.queryId);
      session.answer(GLASS);
      await settled(submissions);
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(sent).toHaveLength(7);
    expect(session.waiting).toBe('model');
  });

  it('brings the image back on undo, with the answer, and the next one stays next', async () => {
    const { session, submissions, sent } = service(['a', 'b', 'c']);
    await session.start();
    session.answer(GLASS);
    await settled(submissions);
    await session.undo();
    expect(session.current).toMatchObject({ queryId: 'a', previous: GLASS });
    session.answer({ skip: 'broken' });
    await settled(submissions);
    expect(session.current?.queryId).toBe('b');
    expect(sent.map(({ queryId, answer }) => [queryId, answer])).toEqual([
      ['a', GLASS],
      ['a', null],
      ['a', { skip: 'broken' }]
    ]);
  });

  it('undoes an answer from before a reload', async () => {
    const mine = [
      { query_id: 'new', image_id: 'image-2', category_id: 'glass', skip: null },
      { query_id: 'old', image_id: 'image-1', category_id: null, skip: 'unclear' }
    ] as MyAnnotation[];
    const { session, submissions, sent } = service(['b'], { mine: async () => mine });
    await session.start();
    await session.undo();
    expect(session.current).toMatchObject({
      queryId: 'new',
      image: { id: 'image-2' },
      previous: GLASS
    });
    expect(session.ready.map((task) => task.queryId)).toContain('b');
    await settled(submissions);
    expect(sent).toMatchObject([{ queryId: 'new', answer: null }]);
    expect(session.current).toMatchObject({ cluster: { size: 3 }, previous: GLASS });
  });

  it('waits for what was answered before, when undo comes first', async () => {
    const mine = [{ query_id: 'old', image_id: 'image-1', category_id: 'glass', skip: null }];
    const late = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return mine as MyAnnotation[];
    };
    const { session } = service(['b'], { mine: late });
    const starting = session.start();
    await session.undo();
    expect(session.current?.queryId).toBe('old');
    await starting;
  });

  it('undoes the answer that was still on its way at a reload, and counts it once', async () => {
    const [late, old] = ['late', 'old'].map((id) => ({
      query_id: id,
      image_id: `image-of-${id}`,
      category_id: 'glass',
      skip: null
    })) as [MyAnnotation, MyAnnotation];
    const made = service(['b'], {
      mine: async () => (made.submissions.has('late') ? [old] : [late, old])
    });
    const { session, submissions } = made;
    submissions.add({ key: 'key', queryId: 'late', answer: GLASS, seconds: 1 });
    await session.start();
    expect(session.given.map((each) => each.queryId)).toEqual(['old', 'late']);
    await session.undo();
    expect(session.current?.queryId).toBe('late');
  });

  it('shows an image again whose undo was still on its way at a reload', async () => {
    const { session, submissions } = service(['b']);
    const [answered, undone, again] = [GLASS, null, { skip: 'broken' as const }].map(
      (answer, at) => ({ key: `key-${at}`, queryId: 'a', answer, seconds: 1, undone: GLASS })
    );
    submissions.add(answered!);
    submissions.add(undone!);
    await session.start();
    expect(session.current).toMatchObject({ queryId: 'a', previous: GLASS });
    expect(session.atHand()).toEqual(['a', 'b']);

    const later = service(['b']);
    for (const each of [answered!, undone!, again!]) later.submissions.add(each);
    await later.session.start();
    await settled(later.submissions);
    expect(later.session.atHand()).toEqual(['b']);
  });

  it('does not learn twice of what is answered here meanwhile', async () => {
    const mine = [{ query_id: 'a', image_id: 'image-of-a', category_id: 'glass', skip: null }];
    let told: (answers: MyAnnotation[]) => void = () => {};
    const { session, submissions } = service(['a', 'b'], {
      mine: () => new Promise((resolve) => (told = resolve))
    });
    const starting = session.start();
    await settled(submissions);
    session.answer(GLASS);
    told(mine as MyAnnotation[]);
    await starting;
    expect(session.given.map((each) => each.queryId)).toEqual(['a']);
  });

  it('lets go of images whose lease was lost', async () => {
    const { session } = service(['a', 'b', 'c'], { renew: async () => ['b'] });
    await session.start();
    await session.renew();
    expect(session.atHand()).toEqual(['a', 'c']);
  });

  it('moves on with the round, but keeps what came back by undo', async () => {
    const { session, submissions } = service(['a', 'b', 'c']);
    await session.start();
    session.answer(GLASS);
    await settled(submissions);
    session.moveOn(1);
    expect(session.atHand()).toEqual(['b', 'c']);
    await session.undo();
    session.moveOn(2);
    expect(session.atHand()).toEqual(['a']);
  });

  it('says why nothing could be fetched, and keeps what is there', async () => {
    const { session } = service(['a'], {
      lease: () => Promise.reject(new ApiProblem(0, 'No answer.'))
    });
    await session.start();
    expect(session.problem?.status).toBe(0);
    expect(session.current).toBeNull();
  });
});

describe('images held ahead', () => {
  const many = Array.from({ length: 40 }, (_, number) => `q${number}`);

  it('are thirty behind the first, and only the next few are decoded', async () => {
    const { session, decoded } = service(many);
    await session.start();
    await new Promise((resolve) => setTimeout(resolve));
    expect(session.atHand().length).toBeGreaterThanOrEqual(30);
    expect(decoded).toHaveLength(6);
  });

  it('and those answered last are all that is kept in memory', async () => {
    let kept: string[] = [];
    const loaded: string[] = [];
    const { session, submissions } = service(many, {
      keep: (ids) => (kept = ids),
      load: async (id) => (loaded.push(id), null)
    });
    await session.start();
    for (let count = 0; count < 14; count++) session.answer(GLASS);
    await settled(submissions);
    const held = [...session.atHand(), ...many.slice(4, 14)].map((id) => `image-of-${id}`);
    expect(new Set(kept)).toEqual(new Set(held));
    expect(session.given.map(({ task }) => task!.picture !== null).indexOf(true)).toBe(4);
    for (let count = 0; count < 11; count++) await session.undo();
    expect([session.current?.queryId, loaded.at(-1)]).toEqual(['q3', 'image-of-q3']);
  });

  it('are neither loaded nor kept from others once the page is left', async () => {
    const ended: boolean[] = [];
    let answer: (leases: Leases) => void = () => {};
    const { session, released } = service([], {
      lease: () => new Promise((resolve) => (answer = resolve)),
      end: () => ended.push(true)
    });
    const starting = session.start();
    await new Promise((resolve) => setTimeout(resolve));
    session.end();
    answer({ items: [lease('a')], waiting_for: null });
    await starting;
    expect([ended, released, session.atHand()]).toEqual([[true], ['a'], []]);
  });

  it('are let go of when others were given them', async () => {
    const handed = ['a', 'b', 'c'];
    const { session } = service([], {
      lease: async () => ({ items: handed.map(lease), waiting_for: null })
    });
    await session.start();
    handed.splice(1, 1);
    await session.refill();
    expect(session.atHand()).toEqual(['a', 'c']);
  });

  it('are given back while the round is paused, except what came back', async () => {
    const { session, submissions, released } = service(['a', 'b', 'c']);
    await session.start();
    session.pause();
    expect(released).toEqual(['b', 'c']);
    expect(session.atHand()).toEqual(['a']);
    session.answer(GLASS);
    await settled(submissions);
  });

  it('are renewed after what was answered without a connection has arrived', async () => {
    const log: string[] = [];
    const { session, sent } = service(['a', 'b', 'c'], {
      renew: async (ids) => {
        log.push(`renew ${ids.join()} after ${sent.length}`);
        return [];
      }
    });
    await session.start();
    session.answer(GLASS);
    await session.comeBack();
    expect(log).toEqual(['renew b,c after 1']);
  });
});
