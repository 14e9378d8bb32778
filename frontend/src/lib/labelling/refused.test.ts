import { describe, expect, it } from 'vitest';
import { ApiProblem } from '$lib/api/problem';
import { GLASS, service, settled } from './testing';

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
