import { sendAuditAnswer } from '$lib/certificate/service';
import { sendPage } from '$lib/review/service';
import { sendAnswer } from './service';
import type { Reply, Submission } from './submissions.svelte';

/** Sends what a user has answered, wherever that was: the page that it was answered on may be gone. */
export function sendSubmission(userId: string, submission: Submission): Promise<Reply | null> {
  if (submission.kind === 'page') return sendPage(userId, submission);
  if (submission.kind === 'audit') return sendAuditAnswer(userId, submission);
  return sendAnswer(userId, submission);
}
