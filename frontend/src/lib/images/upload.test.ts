import { describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '$lib/api/problem';
import { droppedFiles, inBatches, isLitter, pickedFiles } from './files';
import { labelled, plain, sendTo, Upload } from './upload.svelte';

const chosen = (path: string) => ({ file: new File([''], path.split('/').at(-1)!), path });
const files = (count: number) =>
  Array.from({ length: count }, (_, index) => chosen(`${index}.png`));
const NOTHING = { duplicates: 0, rejected: [], labelled: 0, unlabelled: [], conflicts: [] };
const idle = (upload: Upload) => vi.waitFor(() => expect(upload.running).toBe(false));

describe('uploading', () => {
  it('goes in batches, a zip alone', () => {
    const batches = inBatches([...files(3), chosen('more.ZIP')], 2);
    expect(batches.map((batch) => batch.map(({ path }) => path))).toEqual([
      ['0.png', '1.png'],
      ['2.png'],
      ['more.ZIP']
    ]);
  });

  it('leaves out what systems put into folders', () => {
    const paths = ['a/.DS_Store', 'Thumbs.db', '__MACOSX/x.png', 'a/b.png'];
    expect(paths.map(isLitter)).toEqual([true, true, true, false]);
  });

  it('keeps where the files of a picked folder lay, and sends it', async () => {
    const file = new File([''], 'a.png');
    Object.defineProperty(file, 'webkitRelativePath', { value: 'photos/cat/a.png' });
    const picked = pickedFiles([file, new File([''], 'b.png')]);
    expect(picked.map(({ path }) => path)).toEqual(['photos/cat/a.png', 'b.png']);
    const fetched = vi.fn(async (_url: string, _options: { body: FormData }) =>
      Response.json({ created: 2, ...NOTHING })
    );
    vi.stubGlobal('fetch', fetched);
    await sendTo('p')(picked, plain('pool'));
    vi.unstubAllGlobals();
    const sent = fetched.mock.calls[0]![1].body.getAll('files') as File[];
    expect(sent.map(({ name }) => name)).toEqual(['photos/cat/a.png', 'b.png']);
  });

  it('keeps where the files of a dropped folder lay', async () => {
    const file = {
      isFile: true,
      name: 'a.png',
      fullPath: '/photos/cat/a.png',
      file: (resolve: (file: File) => void) => resolve(new File([''], 'a.png'))
    };
    let read = false;
    const readEntries = (resolve: (entries: unknown[]) => void) => {
      resolve(read ? [] : [file]);
      read = true;
    };
    const folder = { isFile: false, name: 'cat', createReader: () => ({ readEntries }) };
    const items = [{ webkitGetAsEntry: () => folder }];
    const dropped = await droppedFiles({ items } as unknown as DataTransfer);
    expect(dropped.map(({ path }) => path)).toEqual(['photos/cat/a.png']);
  });

  it('adds up what became of every file', async () => {
    const upload = new Upload(async (batch) => ({
      created: batch.length - 1,
      ...NOTHING,
      rejected: [{ path: batch[0]!.path, filename: '', reason: 'Not an image.' }]
    }));
    upload.add(files(120), plain('pool'));
    await idle(upload);
    expect([upload.total, upload.sent, upload.created, upload.rejected.length]).toEqual([
      120, 120, 117, 3
    ]);
  });

  it('keeps the rest when a batch fails, and goes on from there', async () => {
    let down = true;
    const sizes: number[] = [];
    const upload = new Upload(async (batch) => {
      if (sizes.length === 1 && down) throw new ApiProblem(503, 'busy');
      sizes.push(batch.length);
      return { created: batch.length, ...NOTHING };
    });
    upload.add(files(120), plain('test'));
    await idle(upload);
    expect([upload.sent, upload.problem?.message]).toEqual([50, 'busy']);
    down = false;
    await upload.run();
    expect(sizes).toEqual([50, 50, 20]);
    expect([upload.created, upload.problem]).toEqual([120, null]);
  });

  it('can give up a batch that will never do, with a reason for each file', async () => {
    const upload = new Upload(async (batch) => {
      if (batch[0]!.path === '0.png') throw new ApiProblem(413, 'Too large.');
      return { created: batch.length, ...NOTHING };
    });
    upload.add(files(60), plain('pool'));
    await idle(upload);
    upload.skipBatch();
    await idle(upload);
    expect([upload.created, upload.rejected.length, upload.sent]).toEqual([10, 50, 60]);
    expect(upload.rejected[0]).toEqual({
      path: '0.png',
      filename: '0.png',
      reason: 'Too large.'
    });
  });

  it('tells what folders mean, and does what follows an import once, after its last batch', async () => {
    const sent: unknown[] = [];
    const done: number[] = [];
    const upload = new Upload(
      async (batch, how) => {
        sent.push([batch.length, how.labels, how.split]);
        return { created: batch.length, ...NOTHING, labelled: batch.length };
      },
      undefined,
      async () => done.push(sent.length)
    );
    const meaning = { labels: 'truth', newCategories: true, holdBack: false } as const;
    upload.add(files(60), labelled(meaning, 'pool'));
    await idle(upload);
    expect(sent).toEqual([
      [50, 'truth', 'test'],
      [10, 'truth', 'test']
    ]);
    expect([upload.labelled, done]).toEqual([60, [2]]);
  });

  it('goes on where what should follow an import is refused, and says so', async () => {
    const followed: string[] = [];
    const upload = new Upload(
      async (batch) => ({ created: batch.length, ...NOTHING }),
      undefined,
      async ({ split }) => {
        followed.push(split);
        if (split === 'pool') throw new ApiProblem(422, 'There are too few labels.');
      }
    );
    upload.add(files(1), plain('pool'));
    upload.add(files(1), plain('test'));
    await idle(upload);
    expect([upload.created, upload.problem, followed]).toEqual([2, null, ['pool', 'test']]);
    expect(upload.unfinished?.message).toBe('There are too few labels.');
    upload.add(files(1), plain('test'));
    await idle(upload);
    expect(upload.unfinished).toBeNull();
  });

  it('can give up what should follow an import while the service is busy', async () => {
    const upload = new Upload(
      async (batch) => ({ created: batch.length, ...NOTHING }),
      undefined,
      async ({ split }) => {
        if (split === 'pool') throw new ApiProblem(503, 'busy');
      }
    );
    upload.add(files(1), plain('pool'));
    upload.add(files(1), plain('test'));
    await idle(upload);
    expect([upload.created, upload.problem?.message]).toEqual([1, 'busy']);
    upload.skipBatch();
    await idle(upload);
    expect([upload.created, upload.problem, upload.unfinished?.message]).toEqual([2, null, 'busy']);
  });

  it('sends a zip again with the code page that a person chose', async () => {
    const pages: (string | undefined)[] = [];
    const upload = new Upload(async (batch, { namesEncoding }) => {
      pages.push(namesEncoding);
      if (!namesEncoding) throw new ApiProblem(422, 'Choose one.');
      return { created: batch.length, ...NOTHING };
    });
    upload.add([chosen('a.zip')], plain('pool'));
    await idle(upload);
    upload.useCodePage('gb18030');
    await idle(upload);
    expect([pages, upload.created]).toEqual([[undefined, 'gb18030'], 1]);
  });

  it('sends files in a mixed order where that is wanted, each once, and can be stopped', async () => {
    const paths: string[] = [];
    const upload = new Upload(async (batch) => {
      paths.push(...batch.map(({ path }) => path));
      if (paths.length > 60) upload.stop();
      return { created: batch.length, ...NOTHING };
    });
    upload.add(files(120), { ...plain('pool'), mixed: true });
    expect(upload.isUnfinished).toBe(true);
    await idle(upload);
    expect([new Set(paths).size, upload.isUnfinished]).toEqual([100, false]);
    const firstHalf = paths.slice(0, 50).filter((path) => parseInt(path) < 60).length;
    expect(firstHalf).toBeGreaterThan(10);
    expect(firstHalf).toBeLessThan(40);
  });
});
