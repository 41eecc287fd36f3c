import type { Mail, Transfer } from './records.js';
import type { Service } from './service.js';
import { letters } from './state.js';

/** The link that everybody may use, and that tells nobody's name. */
export const commonLink = ({ url }: Service, { id }: Transfer): string => `${url}/d/${id}`;

/** The link of one recipient. */
export const trackedLink = ({ url }: Service, trackId: string): string => `${url}/t/${trackId}`;

const senderOf = ({ state }: Service, transfer: Transfer): string =>
  state.users.get(transfer.userId ?? '')?.email ?? transfer.from ?? 'no-reply@simulated.example';

/** Sends a mail about a transfer. */
export function mail(
  service: Service,
  transfer: Transfer,
  { kind, to, link, message }: Pick<Mail, 'kind' | 'to' | 'link' | 'message'>,
): void {
  const { subject, id: transferId } = transfer;
  service.state.mails.push({ kind, to, link, message, subject, from: senderOf(service, transfer), transferId, at: Date.now() });
}

/** Adds a recipient, and writes to them; where mail does not arrive, that is noted. */
export function deliver(service: Service, transfer: Transfer, email: string): void {
  const known = transfer.recipients.find((entry) => entry.email === email);
  const recipient = known ?? { email, trackId: letters(8), delivered: false, deliveryError: null };
  if (!known) transfer.recipients.push(recipient);
  const bounced = service.knobs.bounces?.test(email) ?? false;
  recipient.delivered = !bounced;
  recipient.deliveryError = bounced ? 'The mailbox does not exist.' : null;
  const link = trackedLink(service, recipient.trackId);
  if (!bounced) mail(service, transfer, { kind: 'transfer', to: email, link, message: transfer.message });
}

/** Everything that is mailed when a transfer is complete. */
export function mailCompleted(service: Service, transfer: Transfer): void {
  const link = commonLink(service, transfer);
  for (const email of transfer.to) deliver(service, transfer, email);
  const page = service.state.companies.get(transfer.companyId ?? '')?.pages.get(transfer.incomingPageId ?? '');
  for (const to of page?.notifies ?? []) mail(service, transfer, { kind: 'incoming', to, link, message: transfer.message });
  if (transfer.confirmation) mail(service, transfer, { kind: 'confirmation', to: senderOf(service, transfer), link, message: '' });
}

/** What is mailed when something was downloaded: after the first time, a summary after the second, then no more. */
export function mailDownloaded(service: Service, transfer: Transfer, email: string | null): void {
  if (!transfer.notify || transfer.downloads > 2) return;
  const kind = transfer.downloads === 1 ? 'downloaded' : 'download-summary';
  const message = email === null ? 'Somebody downloaded it.' : `${email} downloaded it.`;
  mail(service, transfer, { kind, to: senderOf(service, transfer), link: commonLink(service, transfer), message });
}
