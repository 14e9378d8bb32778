import { describe, expect, it } from 'vitest';
import { ApiProblem } from '$lib/api/problem';
import type { Audit } from '$lib/api/types';
import { beginOrWait } from './begin';

const refuse =
  (status: number, body: Record<string, unknown> = {}) =>
  async (): Promise<Audit> => {
    throw new ApiProblem(status, 'Refused.', body);
  };

describe('an audit', () => {
  it('waits for the model that is learning, and for nothing else', async () => {
    const audit = { id: 'a' } as Audit;
    expect(await beginOrWait(async () => audit)).toBe(audit);
    expect(await beginOrWait(refuse(409, { job_id: 'j' }))).toEqual({ waitsFor: 'j' });
    await expect(beginOrWait(refuse(409, { round_id: 'r' }))).rejects.toThrow('Refused.');
    await expect(beginOrWait(refuse(503, { job_id: 'j' }))).rejects.toThrow('Refused.');
  });
});
