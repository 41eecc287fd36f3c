import type { Content } from '../contents.js';

/** Somebody who may sign in. */
export interface User {
  id: string;
  email: string;
  password: string;
  name: string;
  companyId: string;
  /** Administers the company. */
  admin: boolean;
  /** What requests in this user's name are made with. */
  apiKey: string;
  /** Must tell a second factor when signing in. */
  twoFactor: boolean;
  created: number;
}

/** A question that a sender answers, of a company or of one of its incoming pages. */
export interface CustomField {
  id: string;
  label: string;
  required: boolean;
}

/** A page through which strangers send to a company. */
export interface IncomingPage {
  id: string;
  /** `''`: open to everybody. */
  password: string;
  deleted: boolean;
  customFields: readonly CustomField[];
  /** Who is written to when something has arrived. */
  notifies: readonly string[];
}

/** Files asked of others, and the people it was shared with. */
export interface FileRequest {
  id: string;
  shares: readonly { id: string; email: string }[];
}

/** A customer, with one or more users. */
export interface Company {
  id: string;
  name: string;
  customFields: readonly CustomField[];
  pages: Map<string, IncomingPage>;
  fileRequests: Map<string, FileRequest>;
}

/** Somebody of a user's address book. */
export interface Contact {
  id: string;
  userId: string;
  name: string;
  email: string;
  mobile: string;
  groups: Set<string>;
}

/** Contacts under one name. */
export interface ContactGroup {
  id: string;
  userId: string;
  name: string;
}

/** A signed-in user: the token that requests carry, and the one that brings the next pair, once. */
export interface Login {
  token: string;
  refreshToken: string;
  userId: string;
  /** Milliseconds since 1970, as all times here. */
  expires: number;
  refreshExpires: number;
}

/** One download of one file, by whom as far as the link tells. */
export interface DownloadRecord {
  email: string | null;
  at: number;
}

/** A file that arrived as a whole. */
export interface StoredFile {
  id: string;
  /** May hold a relative path. */
  name: string;
  content: Content;
  md5: string;
  downloads: DownloadRecord[];
}

/** A file whose chunks arrive, or have arrived: a chunk may come again. */
export interface Arriving {
  name: string;
  chunkSize: number;
  chunks: number;
  arrived: Map<number, { content: Content; md5: string }>;
  /** The file that they made. */
  fileId: string | undefined;
}

/** Somebody a transfer went to. */
export interface Recipient {
  email: string;
  trackId: string;
  delivered: boolean;
  deliveryError: string | null;
}

/** The ways in which a transfer stands; the names are those that clients have seen. */
export type Status = 'STATUS_INPROGRESS' | 'STATUS_COMPLETE' | 'STATUS_CANCELLED';

/** What a transfer is opened with: the 15 fields of initialize, and the sender that the older API lets anybody name. */
export interface Opening {
  to: string[];
  from: string | null;
  subject: string;
  message: string;
  password: string;
  confirmation: boolean;
  notify: boolean;
  /** −1: never ends. */
  days: number;
  transferSize: number | null;
  sourceDetails: string | null;
  companyId: string | null;
  fileRequestId: string | null;
  fileRequestShareId: string | null;
  incomingPageId: string | null;
  incomingPassword: string | null;
  customFields: { id: string; value: string }[];
}

/** Files on their way to people. */
export interface Transfer extends Opening {
  id: string;
  key: string;
  trackId: string;
  /** Which of the two APIs opened it. */
  api: 'v1' | 'v2';
  /** Who sent it; nobody, where it came without signing in. */
  userId: string | null;
  status: Status;
  created: number;
  sent: number | null;
  recipients: Recipient[];
  files: Map<string, StoredFile>;
  arriving: Map<string, Arriving>;
  /** How often something of it was downloaded. */
  downloads: number;
}

/** What a download URL stands for. */
export interface DownloadKey {
  transferId: string;
  fileId: string;
  email: string | null;
  expires: number;
}

/** A mail that the service sent. */
export interface Mail {
  kind: 'transfer' | 'incoming' | 'confirmation' | 'downloaded' | 'download-summary' | 'share';
  to: string;
  from: string;
  subject: string;
  message: string;
  link: string;
  transferId: string;
  at: number;
}
