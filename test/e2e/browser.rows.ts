import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openAccount, openFilesCom } from '../../stories/demo/backends.js';
import type { Backend } from '../../src/backend/backend.js';
import { below, pathOf } from '../services/files-com/tree.js';
import type { Folder } from '../services/sendspace/records.js';
import { digests } from './site.js';

/** What keeps the files, as the test sees it behind the page. */
export interface Kept {
  /** Absent for the folder of the site itself. */
  backend?: Backend;
  /** Path → sha-256 of every file that is there now. */
  files(): Promise<Record<string, string>>;
  /** Makes a file one that cannot be moved, behind the page's back. */
  spoil(path: string): Promise<void>;
  close(): Promise<void>;
}

/** One of the backends that `<ferry-browser>` is tried on. */
export interface Row {
  name: 'disk' | 'files-com' | 'sendspace';
  /** What the page says of a file that was spoiled. */
  failure: string;
  /** It is still there afterwards. */
  stays: boolean;
  /** Where the page says that it has searched. */
  searched: RegExp;
  /** `root` answers the folder of the site, once there is one. */
  open(root: () => string): Promise<Kept>;
}

const disk: Row = {
  name: 'disk',
  failure: 'It is not there any more',
  stays: false,
  searched: /Found in this folder and below/,
  open: (root) =>
    Promise.resolve({
      files: () => digests(root()),
      spoil: (path) => rm(join(root(), path)),
      close: () => Promise.resolve(),
    }),
};

const filesCom: Row = {
  name: 'files-com',
  failure: 'Locked',
  stays: true,
  searched: /Found in this folder and below/,
  open: async () => {
    const { backend, service } = await openFilesCom();
    const { state } = service;
    const paths = () => [...below(state.tree.root)].flatMap((entry) => (entry.type === 'file' ? [pathOf(entry)] : []));
    return {
      backend,
      files: async () => Object.fromEntries(await Promise.all(paths().map(async (path) => [path, await state.sha256(path)] as const))),
      spoil: (path) => {
        const somebody = [...state.users.values()].find(({ username }) => username === 'editor') ?? assert.fail('Nobody can lock it.');
        state.locks.set('held', {
          token: 'held',
          path,
          userId: somebody.id,
          username: somebody.username,
          owner: somebody.username,
          timeout: 3600,
          recursive: false,
          exclusive: true,
          anyUser: false,
          createdAt: new Date(),
        });
        return Promise.resolve();
      },
      close: () => service.close(),
    };
  },
};

const sendspace: Row = {
  name: 'sendspace',
  failure: 'It is not there any more',
  stays: false,
  searched: /Found in this folder(?! and)/,
  open: async () => {
    const { backend, service } = await openAccount();
    const { state } = service;
    const pathIn = (folderId: string): string => {
      const folder: Folder | undefined = state.folders.get(folderId);
      return folder ? `${pathIn(folder.parentId)}${folder.name}/` : '';
    };
    const files = () => [...state.files.values()].map((file) => ({ file, path: `${pathIn(file.folderId)}${file.name}` }));
    return {
      backend,
      files: async () =>
        Object.fromEntries(await Promise.all(files().map(async ({ file, path }) => [path, await state.sha256(file.id)] as const))),
      spoil: async (path) => {
        await state.removeFile(files().find((one) => one.path === path)?.file ?? assert.fail(`There is no "${path}".`));
      },
      close: () => service.close(),
    };
  },
};

export const rows: readonly Row[] = [disk, filesCom, sendspace];
