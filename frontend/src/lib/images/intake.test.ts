import { describe, expect, it } from 'vitest';
import type { Chosen } from './files';
import { Intake } from './intake.svelte';

const chosen = (path: string): Chosen => ({ file: new File(['x'], path.split('/').at(-1)!), path });
const folder = (name: string) =>
  ['cat', 'dog'].flatMap((label) => [0, 1].map((at) => chosen(`${name}/${label}/${at}.png`)));

describe('what is dropped while a question waits', () => {
  it('is asked about after it, and nothing is lost', async () => {
    const begun: string[][] = [];
    const intake = new Intake((files) => begun.push(files.map(({ path }) => path)));
    await intake.take(folder('first'));
    await intake.take([...folder('second'), chosen('labels.csv'), chosen('more.csv')]);
    await intake.take([chosen('plain.png')]);
    const asked = () => intake.questions.map(({ files }) => files[0]!.path.split('/')[0]);
    expect(asked()).toEqual(['first', 'second']);
    expect(begun).toEqual([['plain.png']]);
    intake.nextQuestion();
    expect(asked()).toEqual(['second']);
    expect(intake.tables.map(({ name }) => name)).toEqual(['labels.csv', 'more.csv']);
    intake.nextTable();
    expect(intake.tables.map(({ name }) => name)).toEqual(['more.csv']);
  });
});
