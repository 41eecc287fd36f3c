import type { Content } from './contents.js';

/** What an account may do; told at login as `capable_…`. */
export type Capability = 'upload' | 'download' | 'folders' | 'files' | 'https' | 'addressbook';

/** Somebody who may sign in. Bytes are −1 where there is no limit, as in the answers. */
export interface Account {
  email: string;
  password: string;
  fullName: string;
  /** As it is told: `pro`, `max`, `lite`, also with a capital. */
  membershipType: string;
  /** Seconds since 1970, 0: expired, −1: never. */
  membershipEnds: number;
  subscribed: boolean;
  capable: Record<Capability, boolean>;
  /** Only business users are told it. */
  chatReady: 0 | 1 | 2 | undefined;
  bandwidthLeft: number;
  diskSpace: number;
  points: number;
  /** Business users share with those of the same team. */
  team: string | undefined;
  /** Whether the link of the activation mail was followed. */
  active: boolean;
}

/** A token that nobody signed in with yet has no account. */
export interface Session {
  key: string;
  account: Account | undefined;
  /** Milliseconds since 1970. */
  lastUsed: number;
}

/** What happens when a limit is reached. */
export type LimitAction = 0 | 1 | 2 | 3;

/** A file that is kept. */
export interface StoredFile {
  id: string;
  /** Absent where nobody was signed in. */
  owner: Account | undefined;
  name: string;
  description: string;
  password: string;
  /** The root is `0`. */
  folderId: string;
  /** Milliseconds since 1970. */
  uploaded: number;
  content: Content;
  downloads: number;
  /** Milliseconds since 1970 when `time_limit` is over. */
  timeLimitEnds: number | undefined;
  downloadLimit: number | undefined;
  limitAction: LimitAction;
  limitActionToFolder: string;
  /** A limit was reached whose action is to block. */
  blocked: boolean;
  businessShared: boolean;
  /** Proves in `/delete/<id>/<key>` that its holder may delete. */
  deleteKey: string;
}

/** A folder; the root of each account is none. */
export interface Folder {
  id: string;
  owner: Account;
  name: string;
  shared: boolean;
  parentId: string;
  password: string;
  businessShared: boolean;
}

/** Somebody in an address book. */
export interface Contact {
  owner: Account;
  email: string;
  name: string;
  description: string;
  /** 0: added by the user, 1: collected. */
  type: string;
}

/** What `getInfo` gave out for one form. */
export interface Upload {
  identifier: string;
  extraInfo: string;
  maxFileSize: number;
  /** Where the form is sent; any node takes it. */
  node: string;
  /** Absent for anonymous ones. */
  account: Account | undefined;
  /** Bytes a second; 0: as fast as they come. */
  speedLimit: number;
  /** A form came for it: it takes no second one. */
  used: boolean;
  progress: Progress;
}

/** How far a form is. */
export interface Progress {
  state: 'waiting' | 'ok' | 'done' | 'fail';
  received: number;
  /** As the request's length says; 0 where it says none. */
  total: number;
  /** Milliseconds since 1970. */
  begun: number;
}

/** A link to the bytes of a file themselves. */
export interface DownloadLink {
  fileId: string;
  /** Whose bandwidth it uses. */
  account: Account | undefined;
  /** Milliseconds since 1970. */
  expires: number;
}

/** A mail that the service sent. */
export interface Mail {
  kind: 'activation' | 'files' | 'folders' | 'upload' | 'notice';
  /** Who is named as its sender; absent where it is the service itself. */
  from: string | undefined;
  to: string[];
  message: string;
  /** Links to the files or folders, or to follow. */
  links: string[];
}

/** A call of the REST interface as it came. */
export interface Call {
  /** As it was sent. */
  method: string;
  arguments: Readonly<Record<string, string>>;
  /** Where the arguments stood; `query` too where only the method stood there. */
  by: 'query' | 'urlencoded' | 'multipart';
}

/** An upload form as it came, with the files that it brought. */
export interface Form {
  fields: Readonly<Record<string, string>>;
  files: readonly { field: string; name: string; type: string; size: number }[];
}
