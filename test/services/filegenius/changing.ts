import type { Value } from './answers.js';
import type { Content } from './contents.js';
import { invalid, noAccess, Refusal, required, taken } from './errors.js';
import { entryOf, folderAt, need } from './permissions.js';
import type { Brand, Call, Methods } from './service.js';
import {
  below,
  cleanName,
  hang,
  locationOf,
  named,
  newFile,
  newFolder,
  unhang,
  upward,
  workspaceOf,
  type Entry,
  type Folder,
} from './tree.js';

/** An entry as answers about one tell of it. */
export const fileInfo = (entry: Entry): Record<string, Value> => ({ fileId: entry.id, path: locationOf(entry), fileName: entry.name });

const fileInfoWithWorkspace = (entry: Entry): Record<string, Value> => ({
  fileInfo: { ...fileInfo(entry), workspaceName: workspaceOf(entry)?.name ?? '' },
});

/** Bytes that the whole site keeps. */
export const storageUsed = (root: Folder): number =>
  [...below(root)].reduce((sum, entry) => sum + (entry.type === 'file' ? entry.content.size : 0), 0);

/** Deletes an entry with all below it and its bytes. */
export async function destroy({ service: { state } }: Call, entry: Entry): Promise<void> {
  unhang(entry);
  for (const gone of entry.type === 'folder' ? below(entry) : [entry]) if (gone.type === 'file') await state.contents.drop(gone.content);
}

function checkRoom({ service: { state, knobs } }: Call, { size }: Content): void {
  if (size > knobs.maxFileSize) {
    throw new Refusal('large', 'File Too Large', `The file exceeds the maximum file size of ${knobs.maxFileSize} bytes.`);
  }
  if (storageUsed(state.root) + size > knobs.storageLimit) {
    throw new Refusal('full', 'Storage Limit Exceeded', 'Your site has used all of its storage space.');
  }
}

async function upload(call: Call): Promise<Record<string, Value>> {
  const { service, caller, parameters, file } = call;
  const { state } = service;
  const folder = folderAt(call, parameters.need('path'));
  need(call, 'uploadFiles', folder);
  if (folder === state.root && !caller.admin) throw noAccess();
  if (!file) throw required('file');
  const name = cleanName(file.name);
  if (name === '') throw invalid('file', 'a file with a name');
  const before = named(folder, name);
  if (before && (before.type === 'folder' || !parameters.flag('overwrite'))) throw taken(name);
  checkRoom(call, file.content);
  if (before) await destroy(call, before);
  const entry = newFile(state.number(), name, caller.username, file.content);
  entry.comment = parameters.text('comment') ?? '';
  entry.fileIdTag = parameters.text('file_id_tag') ?? '';
  hang(entry, folder);
  return { fileInfo: { ...fileInfo(entry), fileSize: file.content.size } };
}

function createFolder(call: Call): Record<string, Value> {
  const { service, caller, parameters } = call;
  const parent = folderAt(call, parameters.need('folder_path'));
  need(call, 'createFolders', parent);
  const name = cleanName(parameters.need('folder_name'));
  const refuse = (why: string): Refusal => new Refusal('taken', 'Cannot create folder', why);
  if (name === '') throw refuse('Please enter a folder name.');
  if (named(parent, name)) throw refuse('A folder with that name already exists in this location.');
  const folder = newFolder(service.state.number(), name, caller.username);
  hang(folder, parent);
  return {
    createFolder: {
      folder_id: folder.id,
      folder_name: name,
      folder_path: locationOf(folder),
      workspace_id: String(workspaceOf(folder)?.id ?? 0),
    },
  };
}

function rename(call: Call): Record<string, Value> {
  const { parameters } = call;
  const entry = entryOf(call, parameters.need('file_id'));
  need(call, 'renameFiles', entry.parent);
  const name = cleanName(parameters.need('new_name'));
  const refuse = new Refusal('taken', 'Please enter a file name that does not already exist.', 'The name is in use in this location.');
  if (name === '') throw invalid('new_name', 'a name');
  const other = entry.parent && named(entry.parent, name);
  if (other && other !== entry) throw refuse;
  entry.name = name;
  return fileInfoWithWorkspace(entry);
}

async function move(call: Call): Promise<Record<string, Value>> {
  const { parameters } = call;
  const entry = entryOf(call, parameters.need('file_id'));
  const folder = folderAt(call, parameters.need('destination_path'));
  need(call, 'moveCopyFiles', entry.parent);
  need(call, 'uploadFiles', folder);
  if (upward(folder).includes(entry)) throw invalid('destination_path', 'a location outside of what is moved');
  const before = named(folder, entry.name);
  if (before && before !== entry) {
    // What becomes of folders of one name is not documented; nothing is merged here.
    if (before.type === 'folder' || entry.type === 'folder' || !parameters.flag('overwrite')) throw taken(entry.name);
    await destroy(call, before);
  }
  hang(entry, folder);
  return fileInfoWithWorkspace(entry);
}

async function remove(call: Call): Promise<Record<string, Value>> {
  const entry = entryOf(call, call.parameters.need('file_id'));
  need(call, 'deleteFiles', entry.parent);
  const info = fileInfo(entry);
  await destroy(call, entry);
  return { fileInfo: info };
}

/** The calls that change what lies where. */
export const changingMethods = (brand: Brand): Methods => ({
  file_upload: { verb: 'POST', act: upload },
  create_folder: { verb: 'POST', act: createFolder },
  file_rename: { verb: brand === 'filegenius' ? 'PUT' : 'POST', act: rename },
  file_move: { verb: 'POST', act: move },
  file_delete: { verb: 'DELETE', act: remove },
});
