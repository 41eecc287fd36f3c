import type { Item, NotifyInterval, Permission } from '../backend/item.js';
import { nameOf, parentOf, type Paths } from './files-com.paths.js';
import { type Fields, fieldsOf, numberOf, present, textOf, timeOf } from './files-com.reading.js';

/** Makes items of what the service calls files and folders. */
export type View = (file: Fields) => Item;

/** What is added to every item's answer. */
export const WITH = { with_previews: true, with_priority_color: true } as const;

/** Whether something is a folder. */
export const isFolder = (file: Fields): boolean => file['type'] === 'directory';

/** What a folder's letters allow in it and to it. */
const folderDeeds = (letters: Letters, locked: boolean): (Permission | false)[] => [
  letters.list && 'list',
  letters.write && 'upload',
  letters.write && !locked && 'createFolder',
  letters.read && 'copy',
];

interface Letters {
  read: boolean;
  write: boolean;
  remove: boolean;
  list: boolean;
  preview: boolean;
}

/** Today `lrwd` in any combination. Older answers had `rpw` for everything: with a `p`, write means delete too. None at all: nobody knows. */
export function lettersOf(permissions: unknown): Letters {
  const known = typeof permissions === 'string';
  const has = (letter: string): boolean => !known || permissions.includes(letter);
  const old = known && permissions.includes('p');
  return {
    read: has('r'),
    write: has('w'),
    remove: has('d') || (old && has('w')),
    list: has('l') || has('r') || old,
    preview: has('r') || old,
  };
}

/** What this user may do, by the letters of the service. */
function deedsOf(file: Fields, sends: boolean): Permission[] {
  const letters = lettersOf(file['permissions']);
  const { read, write, remove, preview } = letters;
  const deeds = [
    ...(isFolder(file)
      ? folderDeeds(letters, file['subfolders_locked?'] === true || file['subfolders_locked'] === true)
      : [read && ('download' as const), preview && ('preview' as const), read && ('copy' as const)]),
    write && remove && 'rename',
    write && remove && 'move',
    remove && 'remove',
    write && 'describe',
    write && 'lock',
    read && sends && 'send',
    'activity',
  ] as const;
  return deeds.filter((deed): deed is Permission => deed !== false);
}

/** What nobody can do to the root folder. */
const NOT_TO_ROOT: readonly Permission[] = ['rename', 'move', 'copy', 'remove', 'describe', 'lock', 'send'];

/** The view of one user. `sends`: whether this user may make share links. */
export const createView =
  (paths: Paths, sends: boolean): View =>
  (file) => {
    const path = textOf(file['path']) ?? '';
    const id = path === paths.root ? '' : paths.idOf(path);
    const preview = fieldsOf(file['preview']);
    const shown = preview['status'] === 'complete' && (preview['type'] === undefined || preview['type'] === 'image');
    const deeds = deedsOf(file, sends);
    return present<Item>({
      id,
      name: id === '' ? '' : nameOf(path),
      kind: isFolder(file) ? 'folder' : 'file',
      size: numberOf(file['size']),
      modified: timeOf(file['provided_mtime']) ?? timeOf(file['mtime']),
      created: timeOf(file['created_at']),
      type: textOf(file['mime_type']),
      parent: id === '' ? undefined : { id: parentOf(id) },
      can: id === '' ? deeds.filter((deed) => !NOT_TO_ROOT.includes(deed)) : deeds,
      locked: file['is_locked'] === true ? {} : undefined,
      thumbnail: shown ? textOf(preview['download_uri']) : undefined,
      colour: textOf(file['priority_color']),
    });
  };

/** How the service writes the intervals of its notifications. */
export const intervalOf = (value: unknown): NotifyInterval | undefined => INTERVALS.find((each) => each.replace('-', '_') === value);

const INTERVALS: readonly NotifyInterval[] = ['five-minutes', 'fifteen-minutes', 'hourly', 'daily'];
