import { describe, expect, it } from 'vitest';
import type { Encoder } from '$lib/api/types';
import { encoderKind, encoderLine, measured, shownSize } from './kinds';

const encoder = (fields: object) => ({ name: 'E', details: {}, config: {}, ...fields }) as Encoder;
const learnt = (mode: string) => encoder({ kind: 'pretrain', config: { config: { mode } } });

describe('what an encoder is', () => {
  it('is said in words for each kind and mode', () => {
    expect(encoderKind(encoder({ kind: 'bundled' }))).toBe('Comes with the service');
    expect(['tup', 'vup', 'uf'].map((mode) => encoderKind(learnt(mode)))).toEqual([
      'TUP on a source and this collection',
      'VUP on a source alone',
      'UF on this collection alone'
    ]);
  });

  it('names the file that others have published, and whose it is once that is read', () => {
    const waiting = encoder({ kind: 'checkpoint', config: { file: 'moco.pth.tar' } });
    expect(encoderKind(waiting)).toBe('From moco.pth.tar');
    const read = { ...waiting, details: { checkpoint: { layout: 'moco' } } } as Encoder;
    expect(encoderKind(read)).toBe('MoCo, from moco.pth.tar');
  });

  it('includes what was measured, and only that', () => {
    const known = encoder({ kind: 'timm', details: { image_size: 224, parameters: 21_665_664.2 } });
    expect(measured(known, 'parameters')).toBe('21,665,664');
    expect(measured(known, 'feature_dim')).toBe('');
    expect(['bundled', 'timm'].map((kind) => shownSize({ ...known, kind } as Encoder))).toEqual([
      'up to 224',
      '224'
    ]);
    expect(shownSize(encoder({ kind: 'bundled' }))).toBe('');
    expect(encoderLine(known)).toBe('E: A model of timm, 224 px');
    expect(encoderLine({ ...known, kind: 'bundled' })).toBe(
      'E: Comes with the service, up to 224 px'
    );
    expect(encoderLine(learnt('vup'))).toBe('E: VUP on a source alone');
  });
});
