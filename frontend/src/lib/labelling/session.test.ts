import { describe, expect, it } from 'vitest';
import { ApiProblem } from '$lib/api/problem';
import type { Leases, MyAnnotation } from '$lib/api/types';
import { lease } from '$lib/testing';
import { LabellingSession, type Service } from './session.svelte';
import { SubmitQueue, type Submission } from './submissions.svelte';

const GLASS = { category_id: 'glass' };

/** A service with a queue of queries; it hands out the caller's own open ones first, as the real one does. */
function service(queryIds: string[], fields: Partial<Service> = {}) {
  const open = [...queryIds];
  const sent: Submission[] = [];
  const decoded: string[] = [];
  let clock = 0;
  const refuse = new Map<string, ApiProblem>();
  const released: string[] = [];
  const submissions = new SubmitQueue({
    send: async (submission) => {
      sent.push(submission);
      const problem = submission.answer && refuse.get(submission.queryId);
      if (problem) throw problem;
      const at = open.indexOf(submission.queryId);
      if (submission.answer && at >= 0) open.splice(at, 1);
      if (submission.answer) return null;
      open.push(submission.queryId);
      return lease(submission.queryId);
    },
    wait: async () => {}
  });
  const session = new LabellingSession(
    {
      lease: async (count): Promise<Leases> => ({
        items: open.slice(0, count).map(lease),
        waiting_for: open.length === 0 ? 'model' : null
      }),
      renew: async () => [],
      mine: async () => [],
      image: async (id) => ({ id, width: 8, height: 8, filename: 'x.png' }) as never,
      release: (ids) => void released.push(...ids),
      load: async (id) => ({ decode: async () => void decoded.push(id) }) as HTMLImageElement,
      now: () => (clock += 1000),
      ...fields
    },
    submissions
  );
  return { session, submissions, sent, decoded, refuse, released };
}

const settled = async (submissions: SubmitQueue) => {
  await submissions.idle();
  await new Promise((resolve) => setTimeout(resolve));
};

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
    const { session } = service(['a'], { lease: () => Promise.reject(new TypeError('offline')) });
    await session.start();
    expect(session.problem?.status).toBe(0);
    expect(session.current).toBeNull();
  });
});

describe('an answer that is refused', () => {
  const archived = new ApiProblem(422, 'The project has no such active category.');

  it('brings its image back at once, with the reason, and the next one stays next', async () => {
    const { session, submissions, refuse, sent } = service(['a', 'b', 'c']);
    await session.start();
    refuse.set('a', archived);
    session.answer(GLASS);
    await settled(submissions);
    expect(session.current).toMatchObject({
      queryId: 'a',
      previous: GLASS,
      refused: 'The project has no such active category.'
    });
    expect(session.atHand()).toEqual(['a', 'b', 'c']);
    expect(session.given).toEqual([]);
    expect(submissions.refused).toEqual([]);
    refuse.clear();
    session.answer({ category_id: 'metal' });
    await settled(submissions);
    expect(sent.at(-1)).toMatchObject({ queryId: 'a', answer: { category_id: 'metal' } });
    expect(session.current?.queryId).toBe('b');
  });

  it('does not leave a lone annotator without images when it was the last', async () => {
    const { session, submissions, refuse } = service(['a']);
    await session.start();
    refuse.set('a', archived);
    session.answer(GLASS);
    await settled(submissions);
    expect(session.current?.queryId).toBe('a');
    expect(session.waiting).toBeNull();
  });

  it('corrects the answer of another tab only once the person has seen it', async () => {
    const { session, submissions, refuse, sent } = service(['a', 'b']);
    await session.start();
    const standing = { category_id: 'metal', skip: null, version: 3 };
    refuse.set('a', new ApiProblem(412, 'Answered already.', { annotation: standing }));
    session.answer(GLASS);
    await settled(submissions);
    expect(session.current).toMatchObject({ queryId: 'a', previous: { category_id: 'metal' } });
    refuse.clear();
    session.answer(GLASS);
    await settled(submissions);
    expect(sent.map(({ version }) => version)).toEqual([null, 3]);
  });

  it.each([403, 404, 409, 410])(
    'is shown where nothing can be done about it: %i',
    async (status) => {
      const { session, submissions, refuse } = service(['a', 'b']);
      await session.start();
      refuse.set('a', new ApiProblem(status, 'No.'));
      session.answer(GLASS);
      await settled(submissions);
      expect(session.current?.queryId).toBe('b');
      expect(submissions.refused.map(({ submission }) => submission.imageId)).toEqual([
        'image-of-a'
      ]);
    }
  );

  it('is asked again where the service hands it out again', async () => {
    const { session, submissions, refuse } = service(['a']);
    await session.start();
    refuse.set('a', new ApiProblem(409, 'With somebody else.'));
    session.answer(GLASS);
    await settled(submissions);
    await session.refill();
    expect(session.current?.queryId).toBe('a');
  });

  it('brings an image from before a reload back', async () => {
    const { session, submissions, refuse } = service(['b']);
    refuse.set('late', archived);
    const late = { key: 'k', queryId: 'late', imageId: 'image-of-late', roundId: '', seconds: 1 };
    submissions.add({ ...late, answer: GLASS });
    await session.start();
    await settled(submissions);
    expect(session.current).toMatchObject({ queryId: 'late', image: { id: 'image-of-late' } });
  });

  it('of another round is no business of this one', async () => {
    const { session, submissions, refuse } = service(['b']);
    await session.start();
    refuse.set('x', archived);
    submissions.add({ key: 'k', queryId: 'x', roundId: 'other', answer: GLASS, seconds: 1 });
    await settled(submissions);
    expect(session.current?.queryId).toBe('b');
    expect(submissions.refused).toHaveLength(1);
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
