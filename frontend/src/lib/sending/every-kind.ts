import { sendAuditAnswer } from '$lib/certificate/service';
import { alsoSend } from '$lib/labelling/outbox';
import { sendPage } from '$lib/review/service';

/** Has each page send the answers of all kinds: the page that they were given on may be gone. */
export function sendEveryKind(): void {
  alsoSend('audit', sendAuditAnswer);
  alsoSend('page', sendPage);
}
