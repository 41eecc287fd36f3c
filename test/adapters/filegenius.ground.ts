import { fileGenius, type FileGeniusOptions } from '../../src/adapters/filegenius.js';
import type { Backend } from '../../src/backend/backend.js';
import { BackendError } from '../../src/backend/errors.js';
import { backendSuite, type Subject } from '../contract/backend.suite.js';
import { relayed } from '../relay/relayed.js';
import { type FileGenius, startFileGenius } from '../services/filegenius/filegenius.js';
import { addUser, credentialsOf, grant } from '../services/filegenius/seed.js';
import type { Brand } from '../services/filegenius/service.js';
import type { Flag, User } from '../services/filegenius/state.js';
import type { FileGeniusKnobs } from '../services/filegenius/turns.js';

/** How a site answers: what no document says, turned both ways. */
export type Style = Partial<Pick<FileGeniusKnobs, 'errors' | 'missing' | 'nameHeader' | 'foldersFirst' | 'searchesBelow' | 'folderType'>>;

/** What no document says, turned one way and the other; between them, each brand is tried in each, and each of both formats. */
export const STYLES = {
  plain: { errors: 'in-200', missing: 'as-forbidden' },
  talkative: {
    errors: 'with-status',
    missing: 'in-words',
    nameHeader: 'file-name',
    foldersFirst: true,
    searchesBelow: false,
    folderType: 'dir',
  },
} as const satisfies Record<string, Style>;

/** A simulated site that is empty but for two users, and the backend of the first. */
export interface Site {
  service: FileGenius;
  /** An administrator. */
  owner: User;
  /** Has access to nothing. */
  stranger: User;
  backend: Backend;
  /** The same site as another user, or with other options. */
  as: (username: string, options?: Partial<FileGeniusOptions>) => Backend;
}

/** Starts a simulated FileGenius or Tuyu. */
export async function site(brand: Brand = 'filegenius', options: Partial<FileGeniusOptions> = {}, style: Style = {}): Promise<Site> {
  const service = await startFileGenius({ brand, empty: true });
  Object.assign(service.knobs, style);
  const owner = addUser(service.state, 'owner', { admin: true });
  const stranger = addUser(service.state, 'stranger');
  const as = (username: string, more: Partial<FileGeniusOptions> = {}): Backend =>
    fileGenius({ brand, baseUrl: service.url, ...credentialsOf(username), ...options, ...more });
  return { service, owner, stranger, backend: as('owner'), as };
}

/** A user who is no administrator, with rights in a folder, which is made where it is missing: all rights, where nothing is said. */
export function member({ service: { state } }: Site, username: string, path: string, flags?: readonly Flag[]): User {
  const user = addUser(state, username);
  grant(state, user, state.makeFolder(path), flags);
  return user;
}

/** The requests for a method since the last `clear`, as `METHOD /path?query`. */
export const asked = ({ service }: Site, method: string): string[] =>
  service.knobs.seen(new RegExp(`/api/${method}\\b`)).map((seen) => `${seen.method} ${seen.path}`);

/** The site as the contract suite wants it. What the site's own answers lose is found again by the backend, so that here the caller's are lost. */
export function subjectOf({ service, backend, as }: Site): Subject {
  let lost: string | undefined;
  const losing = new Proxy(backend, {
    get: (calls, name) => {
      const call: unknown = Reflect.get(calls, name);
      if (name !== lost || typeof call !== 'function') return call;
      lost = undefined;
      return async (...args: unknown[]) => {
        await Reflect.apply(call, calls, args);
        throw new BackendError('offline', 'The connection was lost.');
      };
    },
  });
  return {
    backend: losing,
    other: as('stranger'),
    renames: true,
    loseAnswer: (call) => {
      lost = call;
    },
    cleanup: () => service.close(),
  };
}

type Way = [format: 'json' | 'xml', style: keyof typeof STYLES, how: 'direct' | 'relayed'];

const WAYS: Readonly<Record<Brand, readonly Way[]>> = {
  filegenius: [
    ['json', 'plain', 'direct'],
    ['json', 'talkative', 'relayed'],
    ['xml', 'talkative', 'direct'],
    ['xml', 'plain', 'relayed'],
  ],
  tuyu: [
    ['json', 'talkative', 'direct'],
    ['json', 'plain', 'relayed'],
    ['xml', 'plain', 'direct'],
    ['xml', 'talkative', 'relayed'],
  ],
};

/** The contract of one brand, by itself or through the relay, in both formats and in both styles. */
export async function suitesOf(brand: Brand, name: string, wanted: Way[2]): Promise<void> {
  for (const [format, style, how] of WAYS[brand].filter((way) => way[2] === wanted)) {
    const title = `${name} in ${format}, ${style}, ${how}`;
    await backendSuite(title, async () => {
      const ground = await site(brand, { format }, STYLES[style]);
      return how === 'direct' ? subjectOf(ground) : relayed(ground.backend, { renames: true, cleanup: () => ground.service.close() });
    });
  }
}
