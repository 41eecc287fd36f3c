import type { Item, Ref } from './item.js';
import type { Ticket } from './upload.js';

/** Somebody whom items can be sent to: an e-mail address, or a user, group or contact that the service knows. */
export interface Recipient {
  kind: 'email' | 'user' | 'group' | 'contact';
  /** The service's id; for `email` absent. */
  id?: string;
  email?: string;
  name?: string;
  company?: string;
}

/** A person of the address book. */
export interface Contact extends Ref {
  name: string;
  email: string;
}

/** What is to be sent, to whom, and how. Options that `capabilities.send` does not have are refused as `unsupported`. */
export interface DeliveryDraft {
  items: Ref[];
  recipients: Recipient[];
  sender?: string;
  subject?: string;
  message?: string;
  /** Seen by the sender's side only. */
  note?: string;
  password?: string;
  /** Milliseconds since 1970. */
  startDate?: number;
  /** Days until it ends; `null`: never. */
  expiryDays?: number | null;
  downloadReceipt?: boolean;
  requireLogin?: boolean;
  bcc?: boolean;
  confirmation?: boolean;
  notify?: boolean;
  downloadLimit?: number;
  customFields?: { id: string; value: string }[];
  /** Bytes of the files that are going to come, where that is known when a delivery is opened before them. */
  size?: number;
  /** A ticket of `open`: finish that delivery instead of making one. */
  delivery?: Ticket;
  /** Made once by the caller and kept over repeats: the same one has one effect. */
  operation: string;
}

/** What the service confirmed for one recipient, and never more. */
export interface RecipientState {
  recipient: Recipient;
  state: 'sent' | 'accepted' | 'dropped' | 'unknown' | 'delivered' | 'bounced' | 'downloaded';
  reason?: string;
  /**
   * Of one who was dropped: may be tried again, of a delivery by `retry`, of a request by the same `request` under its operation. Those who
   * were reached are not written to again.
   */
  retryable?: true;
}

/** Items on their way to people, or arrived. */
export interface Delivery extends Ref {
  subject?: string;
  message?: string;
  link?: string;
  /** Milliseconds since 1970. */
  created?: number;
  expires?: number;
  revoked?: boolean;
  downloads?: number;
  recipients: RecipientState[];
  items?: Item[];
  /** What can still be done with it. */
  can: ('change' | 'forward' | 'retry' | 'revoke')[];
}

/** What `check` found: nothing was sent. */
export interface DraftProblem {
  /** The recipient it is about, else the option by its name in {@link DeliveryDraft}. */
  recipient?: Recipient;
  option?: string;
  effect: 'refused' | 'dropped';
  reason: string;
}

/** What can be changed about a delivery. */
export interface DeliveryPatch {
  subject?: string;
  message?: string;
  password?: string | null;
  /** Milliseconds since 1970; `null`: never. */
  expires?: number | null;
  downloadLimit?: number | null;
}

/** Files asked of others. */
export interface FileRequestDraft {
  folder: Ref;
  title: string;
  /** What is asked for, shown where the files are dropped. */
  message?: string;
  /** Whom to turn to when it does not work, shown in the same place. */
  help?: string;
  recipients: Recipient[];
  password?: string;
  expiryDays?: number | null;
  operation: string;
}

/** An open request for files. */
export interface FileRequest extends Ref {
  title: string;
  message?: string;
  help?: string;
  link?: string;
  expires?: number;
  recipients: RecipientState[];
}
