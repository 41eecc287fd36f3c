import { openContents, type Contents } from '../contents.js';
import type {
  Action, ApiKey, Behavior, Bundle, BundleDownload, FileRequest, Group, InboxUpload, Lock, Mail, Migration, Notification, Permission,
  Recipient, Registration, Session, ShareGroup, SitePolicy, Upload, User,
} from './records.js'; // prettier-ignore
import { plantTree, type StoredFile, type Tree } from './tree.js';

/** All that the service knows: tests look at it, and change it where a test's story starts with it. */
export interface State {
  tree: Tree;
  contents: Contents;
  users: Map<number, User>;
  groups: Map<number, Group>;
  keys: Map<number, ApiKey>;
  sessions: Map<string, Session>;
  permissions: Map<number, Permission>;
  behaviors: Map<number, Behavior>;
  locks: Map<string, Lock>;
  bundles: Map<number, Bundle>;
  bundleRecipients: Recipient[];
  bundleDownloads: BundleDownload[];
  inboxRecipients: Recipient[];
  inboxUploads: InboxUpload[];
  registrations: Registration[];
  requests: Map<number, FileRequest>;
  notifications: Map<number, Notification>;
  shareGroups: Map<number, ShareGroup>;
  uploads: Map<string, Upload>;
  migrations: Map<number, Migration>;
  history: Action[];
  /** Every mail that was sent. */
  mails: Mail[];
  policy: SitePolicy;
  /** A number that no other record has. */
  number(): number;
  /** The bytes of a file, for a test to compare. */
  bytes(path: string): Promise<Uint8Array>;
  /** The SHA-256 of a file, in hexadecimal: for files too large to compare. */
  sha256(path: string): Promise<string>;
}

/** A site with nobody and nothing in it. */
export async function openState(): Promise<State> {
  const contents = await openContents();
  const tree = plantTree();
  let last = 0;
  const file = (path: string): StoredFile => {
    const entry = tree.find(path);
    if (entry?.type !== 'file') throw new Error(`There is no file "${path}".`);
    return entry;
  };
  return {
    tree,
    contents,
    users: new Map(),
    groups: new Map(),
    keys: new Map(),
    sessions: new Map(),
    permissions: new Map(),
    behaviors: new Map(),
    locks: new Map(),
    bundles: new Map(),
    bundleRecipients: [],
    bundleDownloads: [],
    inboxRecipients: [],
    inboxUploads: [],
    registrations: [],
    requests: new Map(),
    notifications: new Map(),
    shareGroups: new Map(),
    uploads: new Map(),
    migrations: new Map(),
    history: [],
    mails: [],
    policy: {
      ask_about_overwrites: true,
      bundle_expiration: null,
      bundle_password_required: false,
      bundle_require_note: false,
      bundle_require_registration: false,
      bundle_require_share_recipient: false,
      bundle_recipient_blacklist_domains: [],
      bundle_recipient_blacklist_free_email_domains: false,
      immutable_files_set_at: null,
      sharing_enabled: true,
      use_provided_modified_at: true,
    },
    number: () => ++last,
    bytes: async (path) => new Uint8Array(await new Response(contents.read(file(path).content)).arrayBuffer()),
    sha256: async (path) => (await contents.checksums(file(path).content)).sha256,
  };
}
