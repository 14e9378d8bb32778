import { describe, expect, it } from 'vitest';
import type { Encoder, Round } from '$lib/api/types';
import { likelyEncoder, offeredEncoder, usableEncoders } from './choose';

const encoder = (id: string, fields: Partial<Encoder> = {}) =>
  ({
    id,
    kind: 'bundled',
    state: 'ready',
    created_at: `2026-01-0${id.length}`,
    ...fields
  }) as Encoder;
const on = (encoder_id: string) => ({ config: { encoder_id } }) as Round;

const bundled = encoder('a');
const timm = encoder('bb', { kind: 'timm' });
const learnt = encoder('ccc', { kind: 'pretrain' });
const later = encoder('dddd', { kind: 'pretrain' });
const unfinished = encoder('eeeee', { kind: 'pretrain', state: 'pending' });
const finetuned = encoder('ffffff', { kind: 'finetuned' });
const all = [unfinished, learnt, bundled, finetuned, timm];

describe('the encoders of a round', () => {
  it('are the ready ones that are no outcome of a step', () => {
    expect(usableEncoders(all).map(({ id }) => id)).toEqual(['a', 'bb', 'ccc']);
  });

  it('begin with the newest ready-made one', () => {
    expect(likelyEncoder(all, null)).toBe(timm);
    expect(likelyEncoder([unfinished, learnt], null)).toBe(learnt);
    expect(likelyEncoder([unfinished], null)).toBeNull();
  });

  it('stay with what the newest round used, unless another is asked for', () => {
    expect(likelyEncoder(all, on('a'))).toBe(bundled);
    expect(likelyEncoder(all, on('a'), 'ccc')).toBe(learnt);
    expect(likelyEncoder(all, on('gone'), 'eeeee')).toBe(timm);
  });
});

describe('the offer of a pretrained encoder', () => {
  it('is the newest that is ready', () => {
    expect(offeredEncoder(all, [on('a')], [])).toBe(learnt);
    expect(offeredEncoder([...all, later], [], [])).toBe(later);
    expect(offeredEncoder([bundled, unfinished], [], [])).toBeNull();
  });

  it('is made once: a round on it or a dismissal ends it, and no older one takes its place', () => {
    expect(offeredEncoder(all, [on('a'), on('ccc')], [])).toBeNull();
    const both = { config: { encoder_id: 'a', second_encoder_id: 'ccc' } } as Round;
    expect(offeredEncoder(all, [both], [])).toBeNull();
    expect(offeredEncoder([...all, later], [], ['dddd'])).toBeNull();
  });
});
