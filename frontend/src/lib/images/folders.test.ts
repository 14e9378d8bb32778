import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js';
import { describe, expect, it } from 'vitest';
import { isLitter } from './files';
import { classFolder, foldersOf, likeliestMeaning, lookLikeCategories, newNames } from './folders';

const chosen = (path: string) => ({ file: new File([''], path.split('/').at(-1)!), path });

async function zip(...paths: string[]) {
  const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
  for (const path of paths) await writer.add(path, new TextReader('x'));
  return { file: new File([await writer.close()], 'photos.zip'), path: 'photos.zip' };
}

describe('the folders of an upload', () => {
  it('are those that directly hold the files', () => {
    expect(
      ['train/cat/a.png', './cat/a.png', 'a.png', 'Cafe\u0301/a.png'].map(classFolder)
    ).toEqual(['cat', 'cat', null, 'Café']);
  });

  it('are counted, also inside zips, without what systems leave there', async () => {
    const files = [
      chosen('a/cat/1.png'),
      await zip('dog/1.png', 'dog/2.png', '__MACOSX/dog/._1.png')
    ];
    const found = await foldersOf(files, isLitter);
    expect([...found.counts]).toEqual([
      ['cat', 1],
      ['dog', 2]
    ]);
    expect(lookLikeCategories(found)).toBe(true);
  });

  it('are told by name, in whatever order the browser lists them', async () => {
    const files = ['all/10/1.png', 'all/9/1.png', 'all/b/1.png', 'all/a/1.png'].map(chosen);
    expect([...(await foldersOf(files, isLitter)).counts.keys()]).toEqual(['9', '10', 'a', 'b']);
  });

  it('are no categories where all files lie in one', async () => {
    expect(
      lookLikeCategories(await foldersOf([chosen('trip/1.png'), chosen('trip/2.png')], isLitter))
    ).toBe(false);
  });

  it('are left to the service where a zip cannot be read', async () => {
    const broken = { file: new File(['PK nothing'], 'x.zip'), path: 'x.zip' };
    expect((await foldersOf([broken], isLitter)).counts.size).toBe(0);
  });

  it('are compared with categories whatever their case', async () => {
    const found = await foldersOf([chosen('CAT/1.png'), chosen('emu/1.png')], isLitter);
    expect(newNames(found, ['cat', 'dog'])).toEqual(['emu']);
  });

  const found = (...folders: string[]) =>
    foldersOf(
      folders.flatMap((folder) => [1, 2, 3].map((at) => chosen(`${folder}/${at}.jpg`))),
      isLitter
    );

  it('are no categories where they are dates, or what cameras and people call folders', async () => {
    for (const tidy of [
      ['p/2024-05-01', 'p/2024-05-02 Berlin', 'p/2023'],
      ['DCIM/100APPLE', 'DCIM/101APPLE'],
      ['set/train', 'set/test']
    ])
      expect(lookLikeCategories(await found(...tidy))).toBe(false);
    expect(lookLikeCategories(await found('digits/0', 'digits/1'))).toBe(true);
    expect(lookLikeCategories(await found('p/2024-05-01', 'p/cats'))).toBe(true);
  });

  it('most likely say labels; of a test set the truth; and nothing where they hold hardly an image', async () => {
    expect(likeliestMeaning(await found('t/glass', 't/metal'))).toBe('annotate');
    expect(likeliestMeaning(await found('t/test/glass', 't/test/metal'))).toBe('truth');
    expect(likeliestMeaning(await found('t/test/glass', 't/train/glass'))).toBe('annotate');
    expect(likeliestMeaning(await found('2024-05-01', '2024-05-02', 'cats'))).toBe('ignore');
    const single = ['a/1.jpg', 'b/1.jpg', 'c/1.jpg'].map(chosen);
    expect(likeliestMeaning(await foldersOf(single, isLitter))).toBe('ignore');
  });
});
