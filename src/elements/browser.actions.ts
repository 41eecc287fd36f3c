import type { Capabilities } from '../backend/capabilities.js';
import type { Item, Permission, Rules } from '../backend/item.js';
import type { Clipboard } from './browser.deeds.js';
import type { IconName } from './icons.js';
import type { Word } from './language.js';

/** What an action is asked about: the selected items, or with none the folder. */
export interface ActionContext {
  items: readonly Item[];
  folder: Item | undefined;
  capabilities: Capabilities | undefined;
}

/** What the table below looks at besides. */
export interface FullContext extends ActionContext {
  rules: Rules | undefined;
  readonly: boolean;
  picker: 'files' | 'folders' | undefined;
  /** The items come from a search in this folder and below. */
  searching: boolean;
  clipboard: Clipboard | undefined;
  /** The folder is one of the items in the clipboard, or lies in one. */
  clipboardAbove: boolean;
}

/** An action that a page adds, or with the id of a built-in one, puts in its place. */
export interface BrowserAction {
  id: string;
  /** What people read. */
  label: string;
  /** The name of a picture, or the `d` of a path in a square of 24. */
  icon?: string;
  /** `false`: it is not offered. A text: it is, but cannot be done now, and that is why. */
  when?: (context: ActionContext) => boolean | string;
  run: (context: ActionContext) => void;
}

/** Why something cannot be done now, in words to be looked up. */
export interface Reason {
  word: Word;
  n?: number | undefined;
  name?: string | undefined;
}

/** What an action is about: one item, several, or the folder while nothing is selected. */
type About = 'one' | 'many' | 'folder';

interface Entry {
  label: Word;
  icon: IconName;
  about: About;
  capability?: keyof Capabilities;
  /** Every item must allow it; of an action about the folder, the folder. */
  permission?: Permission;
  only?: Item['kind'];
  /** It changes something: not where everything is read only. */
  changes?: true;
  /** A picker offers it too: any, or one of folders. */
  inPicker?: true | 'folders';
  /** It has a button in the bar, not only a line in the menu. */
  bar?: true;
  /** As in `aria-keyshortcuts`. */
  keys?: string;
  when?: (context: FullContext) => boolean | Reason;
}

/** Every action that is built in, in the order in which they are offered. */
const TABLE = {
  open: { label: 'open', icon: 'open', about: 'one', only: 'folder', permission: 'list', inPicker: true, keys: 'Enter' },
  preview: { label: 'preview', icon: 'preview', about: 'one', only: 'file', capability: 'download', permission: 'preview', keys: 'Enter' },
  reveal: { label: 'reveal', icon: 'folder', about: 'one', when: ({ searching, items }) => searching && !!items[0]?.parent },
  download: { label: 'download', icon: 'download', about: 'many', capability: 'download', permission: 'download', bar: true },
  send: { label: 'send', icon: 'send', about: 'many', capability: 'send', permission: 'send', bar: true },
  rename: {
    label: 'renameIt',
    icon: 'rename',
    about: 'one',
    capability: 'rename',
    permission: 'rename',
    changes: true,
    bar: true,
    keys: 'F2',
  },
  move: { label: 'moveTo', icon: 'move', about: 'many', capability: 'move', permission: 'move', changes: true, bar: true },
  copyTo: { label: 'copyTo', icon: 'copyTo', about: 'many', capability: 'copy', permission: 'copy', changes: true, bar: true },
  cut: { label: 'cut', icon: 'cut', about: 'many', capability: 'move', permission: 'move', changes: true, keys: 'Control+X' },
  copy: { label: 'copy', icon: 'copy', about: 'many', capability: 'copy', permission: 'copy', changes: true, keys: 'Control+C' },
  lock: {
    label: 'lock',
    icon: 'lock',
    about: 'one',
    capability: 'lock',
    permission: 'lock',
    changes: true,
    when: ({ items }) => !items[0]?.locked,
  },
  unlock: {
    label: 'unlock',
    icon: 'unlock',
    about: 'one',
    capability: 'unlock',
    permission: 'lock',
    changes: true,
    when: ({ items }) => !!items[0]?.locked,
  },
  remove: {
    label: 'delete',
    icon: 'delete',
    about: 'many',
    capability: 'remove',
    permission: 'remove',
    changes: true,
    bar: true,
    keys: 'Delete',
  },
  details: { label: 'details', icon: 'details', about: 'many', bar: true },
  upload: { label: 'chooseFiles', icon: 'upload', about: 'folder', capability: 'upload', permission: 'upload', changes: true, bar: true },
  newFolder: {
    label: 'newFolder',
    icon: 'newFolder',
    about: 'folder',
    capability: 'createFolder',
    permission: 'createFolder',
    changes: true,
    inPicker: 'folders',
    bar: true,
    when: ({ rules }) => (rules?.foldersLocked ? { word: 'foldersLocked' } : true),
  },
  paste: {
    label: 'paste',
    icon: 'paste',
    about: 'folder',
    changes: true,
    bar: true,
    keys: 'Control+V',
    when: ({ clipboard, clipboardAbove, capabilities, folder }) => {
      if (!clipboard || !capabilities?.[clipboard.cut ? 'move' : 'copy']) return false;
      if (clipboardAbove) return { word: 'intoItself' };
      const here = clipboard.cut && clipboard.items.every(({ parent }) => (parent ?? clipboard.from).id === folder?.id);
      return here ? { word: 'hereAlready' } : true;
    },
  },
  selectAll: { label: 'selectAll', icon: 'check', about: 'folder', inPicker: true, keys: 'Control+A' },
  refresh: { label: 'refresh', icon: 'retry', about: 'folder', inPicker: true },
} satisfies Record<string, Entry>;

/** Ids of the actions that are built in. */
export type ActionId = keyof typeof TABLE;

/** An action that can be offered to a person: what the table or the page says of it, and whether it can be done now. */
export interface Offer {
  id: string;
  label: Word | { text: string };
  icon: string | undefined;
  keys: string | undefined;
  bar: boolean;
  /** Given: it cannot be done now, and why. */
  reason: Reason | { text: string } | undefined;
}

const entries = Object.entries(TABLE) as [ActionId, Entry][];

/** Why the items do not allow it, if they do not. */
function barred(items: readonly Item[], permission: Permission): Reason | undefined {
  const against = items.filter(({ can }) => !can.includes(permission));
  const [first] = against;
  if (!first) return undefined;
  const owner = items.length === 1 ? first.locked?.owner : undefined;
  if (owner !== undefined) return { word: 'lockedBy', name: owner };
  return items.length === 1 ? { word: first.locked ? 'lockedByOther' : 'notAllowed' } : { word: 'notAllowedFor', n: against.length };
}

/** Whether an action of the table is offered (`false`: no), and whether it can be done now. */
function judge(entry: Entry, context: FullContext): boolean | Reason {
  const { items, folder, capabilities } = context;
  const { about, capability, permission, only } = entry;
  if ((about === 'folder') !== (items.length === 0)) return false;
  if ((context.readonly && entry.changes) || (context.picker && entry.inPicker !== true && entry.inPicker !== context.picker)) return false;
  if (capability && !capabilities?.[capability]) return false;
  if (only && !items.every(({ kind }) => kind === only)) return false;
  const own = entry.when?.(context) ?? true;
  if (own === false) return false;
  if (about === 'one' && items.length > 1) return { word: 'onlyOne' };
  if (permission && about === 'folder') {
    if (!folder) return false;
    if (!folder.can.includes(permission)) return { word: 'notAllowedHere' };
  }
  return (permission && about !== 'folder' ? barred(items, permission) : undefined) ?? own;
}

/** Whether an action of the page is offered, and whether it can be done now. */
function judgeOwn({ when }: BrowserAction, { items, folder, capabilities }: FullContext): boolean | { text: string } {
  const said = when?.({ items, folder, capabilities }) ?? true;
  return typeof said === 'string' ? { text: said } : said;
}

/** Everything that can be offered now, the page's own actions too. */
export function offers(context: FullContext, own: readonly BrowserAction[] = []): Offer[] {
  const replaced = new Map(own.map((action) => [action.id, action]));
  const offered: Offer[] = [];
  const add = (offer: Omit<Offer, 'reason'>, verdict: boolean | Reason | { text: string }): void => {
    if (verdict !== false) offered.push({ ...offer, reason: verdict === true ? undefined : verdict });
  };
  const addOwn = (action: BrowserAction, keys?: string): void => {
    add({ id: action.id, label: { text: action.label }, icon: action.icon, keys, bar: true }, judgeOwn(action, context));
  };
  for (const [id, entry] of entries) {
    const instead = replaced.get(id);
    replaced.delete(id);
    const { label, icon, keys, bar = false } = entry;
    if (instead) addOwn(instead, keys);
    else add({ id, label, icon, keys, bar }, judge(entry, context));
  }
  for (const action of replaced.values()) addOwn(action);
  return offered;
}
