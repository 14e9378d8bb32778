import { describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '$lib/api/problem';
import type { ClusterPage } from '$lib/api/types';
import { category, lease } from '$lib/testing';
import { ClusterChoice } from './cluster.svelte';
import { ClusterWork } from './cluster-work.svelte';
import { HOLD_AFTER, LOOKED_AT } from './holding';
import { purityOf } from './purity';
import { GLASS, service, settled } from './testing';

const GLASS_CATEGORY = category('glass');
const QUERY = { queryId: 'a', imageId: 'image-of-a', size: 5, answered: false };

const page = (beliefs: (number | null)[], fields: Partial<ClusterPage> = {}): ClusterPage => ({
  items: beliefs.map((belief, place) => ({
    image_id: `image-${place}`,
    belief,
    weak_category_id: null
  })),
  next_cursor: null,
  size: beliefs.length + 1,
  cut: 2,
  purity: null,
  evidence: 4,
  ...fields
});

async function chosen(found = page([0.98, 0.9, 0.8, 0.6])): Promise<ClusterChoice> {
  const choice = new ClusterChoice(QUERY, async () => found);
  await choice.choose(GLASS_CATEGORY);
  return choice;
}

describe('the purity of a cluster', () => {
  it('is the mean belief, with the interval that the service says', () => {
    const purity = purityOf([0.9, 0.7], 4)!;
    expect(purity.estimate).toBeCloseTo(0.8);
    expect(purity.low).toBeCloseTo(0.8 - 1.645 * Math.sqrt(0.16 / 3));
    expect(purity.high).toBe(1);
  });

  it('is not known before there is a model, nor of no images', () => {
    expect(purityOf([null, null], 4)).toBeNull();
    expect(purityOf([], 4)).toBeNull();
  });
});

describe('a cluster that is labelled', () => {
  it('keeps what lies before the cut, but for what was dropped', async () => {
    const choice = await chosen();
    expect(choice.settled).toEqual({ image_ids: ['image-0', 'image-1'], dropped_image_ids: [] });
    choice.touch(0);
    choice.touch(3);
    expect(choice.settled).toEqual({
      image_ids: ['image-1', 'image-2', 'image-3'],
      dropped_image_ids: ['image-0']
    });
    choice.touch(0);
    choice.moveCut(-3);
    expect(choice.settled).toEqual({ image_ids: [], dropped_image_ids: [] });
    choice.moveCut(99);
    expect(choice.kept).toHaveLength(4);
  });

  it('keeps what was dropped when its category changes, and what comes behind', async () => {
    const fetch = vi.fn(async (_query: string, _category: string, cursor?: string) =>
      cursor ? page([0.5]) : page([0.9, 0.8], { next_cursor: 'next' })
    );
    const choice = new ClusterChoice(QUERY, fetch);
    await choice.choose(GLASS_CATEGORY);
    choice.touch(1);
    await choice.choose(category('metal'));
    expect(choice.settled).toEqual({ image_ids: ['image-0'], dropped_image_ids: ['image-1'] });
    await choice.more();
    expect(fetch.mock.calls.map(([, id, cursor]) => [id, cursor])).toEqual([
      ['glass', undefined],
      ['metal', undefined],
      ['metal', 'next']
    ]);
    expect(choice.hasMore).toBe(false);
  });

  it('says why it cannot be shown, and labels nothing then', async () => {
    const choice = new ClusterChoice(QUERY, () => Promise.reject(new ApiProblem(0, 'No answer.')));
    await choice.choose(GLASS_CATEGORY);
    expect([choice.problem?.message, choice.ready]).toEqual(['No answer.', false]);
  });
});

describe('labelling a cluster', () => {
  async function work(ids = ['a', 'b']) {
    let now = 0;
    const made = service(ids);
    const clusters = new ClusterWork(
      made.session,
      async () => page([0.98, 0.9, 0.8]),
      () => now
    );
    await made.session.start();
    return { ...made, clusters, wait: (milliseconds: number) => (now += milliseconds) };
  }

  it('answers the image and its cluster at once, and shows the next', async () => {
    const { session, clusters, sent, submissions } = await work();
    clusters.open(session.current!, GLASS_CATEGORY, { answered: false, by: null });
    await vi.waitFor(() => expect(clusters.choice?.ready).toBe(true));
    expect(clusters.give()).toMatchObject({ weak: 2 });
    expect([session.current?.queryId, clusters.choice]).toEqual(['b', null]);
    await settled(submissions);
    expect(sent).toMatchObject([
      { queryId: 'a', answer: GLASS, cluster: { image_ids: ['image-0', 'image-1'] } }
    ]);
    await session.undo();
    await settled(submissions);
    expect(sent.slice(1)).toMatchObject([{ queryId: 'a', answer: null }]);
    expect(session.current?.queryId).toBe('a');
  });

  it('opens for a key that stays down after its answer; letting go labels what was looked at', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { session, clusters, sent, submissions, wait } = await work();
    session.answer(GLASS);
    clusters.holdAnswer('Digit1', GLASS_CATEGORY);
    await vi.advanceTimersByTimeAsync(HOLD_AFTER + 1);
    expect(clusters.choice?.answered).toBe(true);
    clusters.shown();
    wait(LOOKED_AT);
    expect(clusters.release('Digit1')).toBe(true);
    clusters.give();
    vi.useRealTimers();
    await settled(submissions);
    expect(sent).toMatchObject([
      { queryId: 'a', answer: GLASS },
      { queryId: 'a', answer: GLASS, extends: true, cluster: { image_ids: expect.anything() } }
    ]);
    await session.undo();
    await settled(submissions);
    expect(sent.slice(2)).toMatchObject([{ queryId: 'a', answer: null, undone: GLASS }]);
  });

  it('stays open where the key was let go of before anything was seen', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { session, clusters, wait } = await work();
    session.answer(GLASS);
    clusters.holdAnswer('Digit1', GLASS_CATEGORY);
    clusters.release('Digit1');
    await vi.advanceTimersByTimeAsync(HOLD_AFTER + 1);
    expect(clusters.choice).toBeNull();
    clusters.holdAnswer('Digit1', GLASS_CATEGORY);
    await vi.advanceTimersByTimeAsync(HOLD_AFTER + 1);
    clusters.shown();
    wait(LOOKED_AT - 1);
    expect(clusters.release('Digit1')).toBe(false);
    expect(clusters.choice).not.toBeNull();
    vi.useRealTimers();
  });

  it('sends one answer where the first has not left yet', async () => {
    const { session, submissions } = await work(['a', 'b', 'c']);
    session.answer(GLASS);
    session.answer(GLASS);
    session.extend('b', { image_ids: ['x'], dropped_image_ids: [] });
    expect(submissions.pending.filter(({ queryId }) => queryId === 'b')).toMatchObject([
      { cluster: { image_ids: ['x'] } }
    ]);
  });

  it('leaves the answer where its cluster was refused', async () => {
    const { session, submissions, refuse } = await work(['a', 'b']);
    session.answer(GLASS);
    await settled(submissions);
    refuse.set('a', new ApiProblem(422, 'An image is not of the cluster of this query.'));
    session.extend('a', { image_ids: ['x'], dropped_image_ids: [] });
    await settled(submissions);
    expect(session.current?.queryId).toBe('b');
    expect(submissions.refused.map(({ problem }) => problem.status)).toEqual([422]);
  });

  it('closes when its image is asked about no more, and opens for none that stands for itself', async () => {
    const { session, clusters } = await work();
    clusters.open(session.current!, GLASS_CATEGORY, { answered: false, by: null });
    session.moveOn(9);
    clusters.follow(session.current);
    expect(clusters.choice).toBeNull();
    const alone = { ...lease('x'), cluster: { size: 1, image_ids: [] } };
    const task = { ...session.given.at(0)?.task, ...alone, queryId: 'x' } as never;
    clusters.open(task, GLASS_CATEGORY, { answered: false, by: null });
    expect(clusters.choice).toBeNull();
  });
});
