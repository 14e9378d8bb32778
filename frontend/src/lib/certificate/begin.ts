import { asProblem } from '$lib/api/problem';
import type { Audit } from '$lib/api/types';

/** Returns the audit that has begun, or the job whose end it has to wait for. */
export async function beginOrWait(
  begin: () => Promise<Audit>
): Promise<Audit | { waitsFor: string }> {
  try {
    return await begin();
  } catch (error) {
    const { status, body } = asProblem(error);
    if (status === 409 && typeof body.job_id === 'string') return { waitsFor: body.job_id };
    throw error;
  }
}
