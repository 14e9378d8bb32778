import { describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '$lib/api/problem';
import { inBatches, isLitter } from './files';
import { Upload } from './upload.svelte';

const files = (count: number) =>
  Array.from({ length: count }, (_, index) => new File([''], `${index}.png`));
const idle = (upload: Upload) => vi.waitFor(() => expect(upload.running).toBe(false));

describe('uploading', () => {
  it('goes in batches, a zip alone', () => {
    const batches = inBatches([...files(3), new File([''], 'more.ZIP')], 2);
    expect(batches.map((batch) => batch.map(({ name }) => name))).toEqual([
      ['0.png', '1.png'],
      ['2.png'],
      ['more.ZIP']
    ]);
  });

  it('leaves out what systems put into folders', () => {
    const paths = ['a/.DS_Store', 'Thumbs.db', '__MACOSX/x.png', 'a/b.png'];
    expect(paths.map(isLitter)).toEqual([true, true, true, false]);
  });

  it('adds up what became of every file', async () => {
    const upload = new Upload(async (batch) => ({
      created: batch.length - 1,
      duplicates: 0,
      rejected: [{ filename: batch[0]!.name, reason: 'Not an image.' }]
    }));
    upload.add(files(120), 'pool');
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
      return { created: batch.length, duplicates: 0, rejected: [] };
    });
    upload.add(files(120), 'test');
    await idle(upload);
    expect([upload.sent, upload.problem?.message]).toEqual([50, 'busy']);
    down = false;
    await upload.run();
    expect(sizes).toEqual([50, 50, 20]);
    expect([upload.created, upload.problem]).toEqual([120, null]);
  });

  it('can give up a batch that will never do, with a reason for each file', async () => {
    const upload = new Upload(async (batch) => {
      if (batch[0]!.name === '0.png') throw new ApiProblem(413, 'Too large.');
      return { created: batch.length, duplicates: 0, rejected: [] };
    });
    upload.add(files(60), 'pool');
    await idle(upload);
    upload.skipBatch();
    await idle(upload);
    expect([upload.created, upload.rejected.length, upload.sent]).toEqual([10, 50, 60]);
    expect(upload.rejected[0]).toEqual({ filename: '0.png', reason: 'Too large.' });
  });
});
