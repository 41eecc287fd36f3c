import type { Backend } from '../backend/backend.js';
import type { Limits } from '../backend/caller.js';
import type { SendCapability } from '../backend/capabilities.js';
import type { Store } from '../backend/store.js';
import type { Records } from './links.records.js';
import type { Mailbox, MailTransport } from './mail.js';
import type { Seals } from './seal.js';

/** What all calls and pages of one linked backend share. */
export interface LinkGround {
  /** The backend that keeps the files. */
  backend: Backend;
  store: Store;
  records: Records;
  seals: Seals;
  /** Absent: links are made, and nobody is written to. */
  mail: { transport: MailTransport; from: Mailbox } | undefined;
  /** What can be asked for, as the capabilities say it. */
  send: SendCapability;
  /** The address of a link. */
  urlOf: (id: string) => URL;
  /** Where `<ferry-upload>` is to be had, for the page of a request. */
  script: string | undefined;
  /** What strangers may upload at most, whoever asked them. */
  requestLimits: Limits;
  /** Where a visitor comes from. */
  addressOf(request: Request, context: unknown): string;
  report: (error: unknown) => void;
}

export const DAY = 86_400_000;
