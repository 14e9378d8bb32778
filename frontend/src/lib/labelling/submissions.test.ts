import { describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '$lib/api/problem';
import { StoredList } from '$lib/browser/stored-list';
import { SubmitQueue, type Submission } from './submissions.svelte';

const answer = (queryId: string): Submission => ({
  key: `key-${queryId}`,
  queryId,
  answer: { category_id: 'glass' },
  seconds: 1
});
const wait = () => Promise.resolve();

function memory(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> & {
  values: Map<string, string>;
} {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key)
  };
}

describe('the queue of answers', () => {
  it('sends in the order given, one at a time', async () => {
    const log: string[] = [];
    const send = async ({ queryId }: Submission) => {
      log.push(`start ${queryId}`);
      await Promise.resolve();
      log.push(`end ${queryId}`);
      return null;
    };
    const queue = new SubmitQueue({ send, wait });
    queue.add(answer('a'));
    queue.add(answer('b'));
    await queue.idle();
    expect(log).toEqual(['start a', 'end a', 'start b', 'end b']);
  });

  it('repeats a lost send under the same key and clears the problem', async () => {
    const keys: string[] = [];
    const send = async ({ key }: Submission) => {
      keys.push(key);
      if (keys.length === 1) throw new ApiProblem(0, 'No answer.');
      if (keys.length === 2) throw new ApiProblem(503, 'busy');
      return null;
    };
    const queue = new SubmitQueue({ send, wait });
    queue.add(answer('a'));
    await queue.idle();
    expect(keys).toEqual(['key-a', 'key-a', 'key-a']);
    expect(queue.problem).toBeNull();
  });

  it('keeps a refused answer to be shown, and goes on with the next', async () => {
    const send = vi.fn(async ({ queryId }: Submission) => {
      if (queryId === 'a') throw new ApiProblem(409, 'Someone else has answered.');
      return null;
    });
    const queue = new SubmitQueue({ send, wait });
    queue.add(answer('a'));
    queue.add(answer('b'));
    await queue.idle();
    expect(send).toHaveBeenCalledTimes(2);
    expect(queue.refused.map(({ problem }) => problem.message)).toEqual([
      'Someone else has answered.'
    ]);
    queue.dismiss(queue.refused[0]!);
    expect(queue.refused).toEqual([]);
  });

  it('stops when the session has ended and goes on after signing in', async () => {
    let signedIn = false;
    const sent: string[] = [];
    const send = async ({ queryId }: Submission) => {
      if (!signedIn) throw new ApiProblem(401, 'Sign in.');
      sent.push(queryId);
      return null;
    };
    const queue = new SubmitQueue({ send, wait });
    queue.add(answer('a'));
    await vi.waitFor(() => expect(queue.problem?.status).toBe(401));
    expect(queue.pending).toHaveLength(1);
    signedIn = true;
    await queue.run();
    expect(sent).toEqual(['a']);
  });

  it('takes back an answer that has not left', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const sent: string[] = [];
    const queue = new SubmitQueue({
      send: async ({ queryId }) => {
        sent.push(queryId);
        await gate;
        return null;
      }
    });
    queue.add(answer('a'));
    queue.add(answer('b'));
    expect(queue.withdraw('a')).toBeNull();
    expect(queue.withdraw('b')).toEqual(answer('b'));
    release();
    await queue.idle();
    expect(sent).toEqual(['a']);
  });

  it('survives a reload with what was not acknowledged', async () => {
    const storage = memory();
    const store = new StoredList<Submission>(storage, 'pending');
    const never = () => new Promise<null>(() => {});
    new SubmitQueue({ send: never, store }).add(answer('a'));
    const sent: string[] = [];
    const reloaded = new SubmitQueue({
      send: async ({ key }) => {
        sent.push(key);
        return null;
      },
      store
    });
    await reloaded.run();
    expect(sent).toEqual(['key-a']);
    expect(storage.values.size).toBe(0);
  });

  it('tries again at once when it is asked to, as when the connection is back', async () => {
    let away = true;
    const send = vi.fn(async () => {
      if (away) throw new ApiProblem(0, 'No answer.');
      return null;
    });
    const queue = new SubmitQueue({ send, wait: () => new Promise(() => {}) });
    queue.add(answer('a'));
    await vi.waitFor(() => expect(queue.problem?.status).toBe(0));
    away = false;
    void queue.run();
    await queue.idle();
    expect(send).toHaveBeenCalledTimes(2);
  });

  it('drops the undo of an answer that was refused', async () => {
    const sent: Submission[] = [];
    let refuse = () => {};
    const gate = new Promise<void>((resolve) => (refuse = resolve));
    const send = async (submission: Submission) => {
      sent.push(submission);
      await gate;
      throw new ApiProblem(422, 'Archived.');
    };
    const queue = new SubmitQueue({ send, wait });
    queue.add(answer('a'));
    queue.add({ ...answer('a'), key: 'undo', answer: null });
    refuse();
    await queue.idle();
    expect(sent).toHaveLength(1);
    expect(queue.refused).toEqual([]);
  });

  it('sends what another page has left before what was given since', async () => {
    const sent: string[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const queue = new SubmitQueue({
      send: async ({ queryId }) => {
        sent.push(queryId);
        await gate;
        return null;
      }
    });
    queue.add(answer('now'));
    queue.add(answer('later'));
    queue.adopt([answer('before'), answer('now')]);
    release();
    await queue.idle();
    expect(sent).toEqual(['now', 'before', 'later']);
  });

  it('sends nothing more once it is closed', async () => {
    const send = vi.fn(async () => Promise.reject(new ApiProblem(0, 'No answer.')));
    const queue = new SubmitQueue({ send, wait });
    queue.add(answer('a'));
    queue.stop();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(send).toHaveBeenCalledTimes(1);
    expect(queue.pending).toHaveLength(1);
  });
});
