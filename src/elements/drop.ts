import type { FileInput } from '../uploads/queue.js';

/** What was dropped: files with the folders they lay in, and the names of what could not be read. */
export interface Dropped {
  files: FileInput[];
  unreadable: string[];
}

/** From here on a type is enough to take something for a file. */
const MANY = 500;

const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

const entriesOf = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> =>
  new Promise((resolve, reject) => {
    reader.readEntries(resolve, reject);
  });

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });

/**
 * Reads what was dropped or pasted, folders to the end, and tells how many files it has found so far.
 * What cannot be read is named and does not stop the rest. `folders: false` leaves folders unread, and names them.
 */
export async function readDrop(transfer: DataTransfer, folders: boolean, onCount: (files: number) => void): Promise<Dropped> {
  const files: FileInput[] = [];
  const unreadable: string[] = [];
  const open: FileSystemDirectoryEntry[] = [];
  // The browser forgets the items as soon as the event is over.
  for (const item of transfer.items) {
    // Only folders have no type, mostly; WebKit takes the longer for each entry the more there are.
    const sure = item.type && transfer.items.length > MANY;
    const entry = item.kind === 'file' && !sure ? item.webkitGetAsEntry() : null;
    const folder = entry && isFolder(entry) ? entry : undefined;
    const file = folder ? null : item.getAsFile();
    if (file) files.push({ file });
    else if (folder && folders) open.push(folder);
    else if (entry) unreadable.push(entry.name);
  }
  for (const folder of open) {
    const path = folder.fullPath.slice(1);
    const reader = folder.createReader();
    try {
      // One call hands out no more than a hundred.
      for (let entries = await entriesOf(reader); entries.length; entries = await entriesOf(reader)) {
        open.push(...entries.filter(isFolder));
        const found = entries.filter(isFile);
        const read = await Promise.allSettled(found.map(fileOf));
        for (const [index, result] of read.entries()) {
          if (result.status === 'fulfilled') files.push({ file: result.value, path });
          else unreadable.push(`${path}/${found[index]?.name ?? ''}`);
        }
        onCount(files.length);
      }
    } catch {
      unreadable.push(path);
    }
  }
  return { files, unreadable };
}

/** What was chosen in a dialog, by file or by folder. */
export const chosen = (files: Iterable<File>): FileInput[] =>
  Array.from(files, (file) => {
    const path = file.webkitRelativePath.split('/').slice(0, -1).join('/');
    return path ? { file, path } : { file };
  });
