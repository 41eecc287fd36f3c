import type { Content } from '../contents.js';

/** Somebody who may sign in. */
export interface User {
  id: number;
  username: string;
  password: string;
  name: string;
  email: string;
  company: string;
  siteAdmin: boolean;
  /** May make share links. */
  attachmentsPermission: boolean;
  /** Cannot sign in. */
  disabled: boolean;
  /** Tried too often. */
  lockedOut: boolean;
  /** The second factor, where there is one. */
  otp: string | undefined;
  /** Must set up a second factor before anything else. */
  twoFactorSetupNeeded: boolean;
  /** Where a session starts; nothing is the site's root. */
  rootPath: string;
}

/** Users who share grants and notifications. */
export interface Group {
  id: number;
  name: string;
  notes: string;
  members: Map<number, { id: number; admin: boolean }>;
}

/** What a key may be used for. */
export type PermissionSet = 'full' | 'desktop_app' | 'files_only' | 'office_integration';

/** A key of a user, or of the whole site. */
export interface ApiKey {
  id: number;
  key: string;
  name: string;
  permissionSet: PermissionSet;
  userId: number | null;
  /** The folder of an office integration. */
  path: string;
  createdAt: Date;
  expiresAt: Date | null;
}

/** A user who signed in. */
export interface Session {
  id: string;
  userId: number;
  createdAt: Date;
}

/** What a grant allows. */
export type Grant = 'admin' | 'full' | 'readonly' | 'writeonly' | 'list' | 'history' | 'previewonly' | 'bundle';

/** A grant to a user or a group. */
export interface Permission {
  id: number;
  path: string;
  userId: number | null;
  groupId: number | null;
  permission: Grant;
  recursive: boolean;
}

/** A setting of a folder. */
export interface Behavior {
  id: number;
  path: string;
  behavior: string;
  value: unknown;
  name: string;
  description: string;
  recursive: boolean;
  disableParent: boolean;
}

/** A lock, as WebDAV has them. */
export interface Lock {
  token: string;
  path: string;
  userId: number | null;
  username: string;
  owner: string;
  timeout: number;
  recursive: boolean;
  exclusive: boolean;
  anyUser: boolean;
  createdAt: Date;
}

/** Somebody a link was sent to. */
export interface Recipient {
  id: number;
  /** The bundle or inbox. */
  of: number;
  recipient: string;
  name: string;
  company: string;
  note: string;
  sentAt: Date | null;
}

/** A share link. */
export interface Bundle {
  id: number;
  code: string;
  userId: number | null;
  paths: string[];
  password: string;
  permissions: string;
  createdAt: Date;
  expiresAt: Date | null;
  startsAt: Date | null;
  maxUses: number | null;
  uses: number;
  /** What is kept and answered as it came: texts and flags. */
  texts: Record<string, string>;
  flags: Record<string, boolean>;
  numbers: Record<string, number>;
}

/** Somebody who told a name at a share link or an inbox. */
export interface Registration {
  id: number;
  code: string;
  of: number;
  kind: 'bundle' | 'inbox';
  name: string;
  company: string;
  email: string;
  createdAt: Date;
}

/** A file that was fetched from a share link. */
export interface BundleDownload {
  bundleId: number;
  registration: Registration | undefined;
  path: string;
  createdAt: Date;
}

/** A file that somebody without an account left in an inbox. */
export interface InboxUpload {
  inboxId: number;
  registration: Registration | undefined;
  path: string;
  createdAt: Date;
}

/** "Please upload this file here." */
export interface FileRequest {
  id: number;
  path: string;
  destination: string;
  userIds: number[];
  groupIds: number[];
  by: number | null;
}

/** Somebody wants to hear of a folder. */
export interface Notification {
  id: number;
  path: string;
  userId: number | null;
  groupId: number | null;
  sendInterval: string;
  message: string;
  flags: Record<string, boolean>;
}

/** A list of people to send to. */
export interface ShareGroup {
  id: number;
  userId: number | null;
  name: string;
  notes: string;
  members: { name: string; company: string; email: string }[];
}

/** Something that was done. */
export interface Action {
  id: number;
  when: Date;
  action: string;
  path: string;
  source: string | null;
  destination: string | null;
  userId: number | null;
  username: string;
  failureType: string;
}

/** A file on its way. */
export interface Upload {
  ref: string;
  path: string;
  userId: number | null;
  mkdirParents: boolean;
  withRename: boolean;
  /** What stays of the file that is continued. */
  kept: Content;
  parts: Map<number, { content: Content; md5: string }>;
  /** Parts that are arriving at this moment. */
  arriving: Set<number>;
}

/** A copy or move that takes its time. */
export interface Migration {
  id: number;
  operation: 'copy' | 'move';
  path: string;
  destination: string;
  files: number;
  status: 'pending' | 'in_progress' | 'completed' | 'failed';
  /** How often it was asked after. */
  asked: number;
  act: () => void;
}

/** What the service sent by mail. */
export interface Mail {
  to: string;
  subject: string;
  kind: 'bundle' | 'inbox' | 'request';
  /** What the sender wrote. */
  note: string;
  /** What the recipient opens. */
  url: string;
}

/** What the site wants of everybody. Names as in `/site`. */
export interface SitePolicy {
  ask_about_overwrites: boolean;
  bundle_expiration: number | null;
  bundle_password_required: boolean;
  bundle_require_note: boolean;
  bundle_require_registration: boolean;
  bundle_require_share_recipient: boolean;
  bundle_recipient_blacklist_domains: string[];
  bundle_recipient_blacklist_free_email_domains: boolean;
  immutable_files_set_at: string | null;
  sharing_enabled: boolean;
  use_provided_modified_at: boolean;
}
