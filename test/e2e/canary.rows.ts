import { createHash } from 'node:crypto';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disk } from '../../src/adapters/disk.js';
import { fileGenius } from '../../src/adapters/filegenius.js';
import { filemail } from '../../src/adapters/filemail.js';
import { filesCom, login, type FilesComCredentials } from '../../src/adapters/files-com.js';
import { sendspace, type SendspaceUser } from '../../src/adapters/sendspace.js';
import type { Backend } from '../../src/backend/backend.js';
import { withLinks } from '../../src/relay/links.js';
import { memoryStore } from '../../src/relay/store.js';
import { DOCUMENTED as FILEGENIUS } from '../services/filegenius/documentation.js';
import { startFileGenius } from '../services/filegenius/filegenius.js';
import * as fileGeniusSeed from '../services/filegenius/seed.js';
import type { Brand } from '../services/filegenius/service.js';
import { sign } from '../services/filegenius/signatures.js';
import { startFilemail } from '../services/filemail/filemail.js';
import { CREDENTIALS as FILEMAIL } from '../services/filemail/seed.js';
import { startFilesCom } from '../services/files-com/files-com.js';
import * as filesComSeed from '../services/files-com/seed.js';
import type { Knobs } from '../services/knobs.js';
import { CREDENTIALS as SENDSPACE } from '../services/sendspace/seed.js';
import { startSendspace } from '../services/sendspace/sendspace.js';
import { indiscreet } from './indiscreet.js';
import type { Secrets } from './secrets.js';

/** A backend that is open behind a relay. */
export interface Kept {
  backend: Backend;
  /** What no browser may see. Asked at the end, as sessions begin meanwhile. */
  secrets(): Secrets;
  /** The service's own storage, where pages send bytes to it. */
  storage?: { origin: string; letIn(pages: boolean): void };
  /** Those of the simulated service. */
  knobs?: Knobs;
  /** Makes a place that has no knobs fail. */
  ruin?(): Promise<void>;
  close(): Promise<void>;
}

/** Several secrets of a kind. */
const all = (name: string, values: Iterable<string>): Secrets =>
  Object.fromEntries([...values].map((value, index) => [`${name} ${String(index + 1)}`, value]));

/** A folder, sent by links, with a mail server that says too much of why it does not take what is for `carl`. */
async function folder(): Promise<Kept> {
  const base = await mkdtemp(join(tmpdir(), 'ferrykit-canary-'));
  const root = join(base, 'canary-folder-42c7');
  const seal = 'canary-links-3d9a7f10c5b84e62-which-is-long-enough';
  const login = 'smtp://canary:canary-mail-71e0a4@mail.example.com';
  const mail = {
    from: 'files@example.com',
    transport: {
      sendMail: ({ to }: { to: { address: string } }) =>
        to.address.startsWith('carl') ? Promise.reject(new Error(`${login} refuses "${root}".`)) : Promise.resolve(),
    },
  };
  const links = { store: memoryStore(), secret: seal, url: 'http://127.0.0.1/relay', script: '/ferrykit.min.js', report: () => undefined };
  return {
    backend: withLinks(disk({ root, partSize: 4 * 2 ** 20 }), { ...links, mail }),
    secrets: () => ({ 'place on the disk': root, 'seal of links': seal, 'login at the mail server': login }),
    // Where the folder was is a way in a circle.
    ruin: async () => {
      await rm(root, { recursive: true });
      await symlink(root, root);
    },
    close: () => rm(base, { recursive: true, force: true }),
  };
}

async function filesComAs(mode: 'key' | 'session'): Promise<Kept> {
  const service = await startFilesCom({ empty: true });
  const { state, knobs, url, storageUrl } = service;
  const key = 'canary-key-5b1e9f3a7c2d4860';
  const password = 'canary-password-83d1f6';
  const user = filesComSeed.addUser(state, 'canary', { siteAdmin: true, password });
  filesComSeed.addKey(state, key, { userId: user.id });
  const session = mode === 'session' ? await login('canary', password, undefined, { url }) : undefined;
  const credentials: FilesComCredentials = session ?? { apiKey: key };
  const secrets = (): Secrets => ({ key, password, ...all('session', state.sessions.keys()) });
  return {
    backend: filesCom({ url, ...credentials, fetch: indiscreet(secrets, ['error', 'title', 'detail', 'instance']) }),
    secrets,
    storage: {
      origin: storageUrl,
      letIn: (pages) => {
        knobs.cors['storage'] = pages;
      },
    },
    knobs,
    close: () => service.close(),
  };
}

async function sendspaceAs(user: SendspaceUser): Promise<Kept> {
  const service = await startSendspace();
  const { state, knobs, url, siteUrl } = service;
  const { apiKey, password } = SENDSPACE;
  const digest = createHash('md5').update(password).digest('hex');
  const secrets = (): Secrets => ({ key: apiKey, password, 'digest of the password': digest, ...all('session', state.sessions.keys()) });
  const place = { apiKey, baseUrl: url, website: siteUrl, store: memoryStore(), fetch: indiscreet(secrets, ['text', 'info']) };
  return { backend: sendspace({ ...place, ...user }), secrets, knobs, close: () => service.close() };
}

async function filemailAs(): Promise<Kept> {
  const service = await startFilemail();
  const { state, knobs, url } = service;
  const { ownerKey: apiKey, password } = FILEMAIL;
  const secrets = (): Secrets => ({
    key: apiKey,
    password,
    ...all('login token', state.logins.keys()),
    ...all(
      'refresh token',
      [...state.logins.values()].map(({ refreshToken }) => refreshToken),
    ),
    // Whoever has it puts files into the delivery, and finishes it.
    ...all(
      'key of a delivery',
      [...state.transfers.values()].map(({ key }) => key),
    ),
  });
  const user = { email: 'owner@example.com', password };
  const backend = filemail({ apiKey, baseUrl: url, ...user, store: memoryStore(), fetch: indiscreet(secrets, ['errormessage']) });
  return { backend, secrets, knobs, close: () => service.close() };
}

async function fileGeniusAs(brand: Brand): Promise<Kept> {
  const service = await startFileGenius({ brand, empty: true });
  const { state, knobs, url } = service;
  fileGeniusSeed.addUser(state, 'canary', { admin: true });
  const { apiKey, secret } = fileGeniusSeed.credentialsOf('canary');
  // The signature of a write never changes: whoever has one may write for ever.
  const writes = Object.keys(FILEGENIUS[brand]).flatMap((call) => /^(?:POST|PUT|DELETE) (.+)$/.exec(call)?.[1] ?? []);
  const signatures = Object.fromEntries(writes.map((method) => [`signature of ${method}`, sign(secret, `${url}/api/${method}`)]));
  const secrets = (): Secrets => ({ key: apiKey, secret, ...signatures });
  const backend = fileGenius({ brand, baseUrl: url, apiKey, secret, preparation: true, fetch: indiscreet(secrets, ['message']) });
  return { backend, secrets, knobs, close: () => service.close() };
}

/** Every backend that keeps something from its pages, by its name in the demo where it is there: a row each. */
export const rows: Readonly<Record<string, () => Promise<Kept>>> = {
  disk: folder,
  'files-com': () => filesComAs('key'),
  'files-com by a session': () => filesComAs('session'),
  sendspace: () => sendspaceAs({ email: 'ann@example.com', password: SENDSPACE.password }),
  'sendspace-anonymous': () => sendspaceAs({ anonymous: true }),
  filemail: filemailAs,
  filegenius: () => fileGeniusAs('filegenius'),
  tuyu: () => fileGeniusAs('tuyu'),
};
