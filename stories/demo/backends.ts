import { fileGenius } from '../../src/adapters/filegenius.js';
import { filemail } from '../../src/adapters/filemail.js';
import { filesCom } from '../../src/adapters/files-com.js';
import { originOf } from '../../src/adapters/s3.api.js';
import { s3, type S3Options } from '../../src/adapters/s3.js';
import { sendspace, type SendspaceUser } from '../../src/adapters/sendspace.js';
import type { Backend } from '../../src/backend/backend.js';
import { memoryStore } from '../../src/relay/store.js';
import { startFileGenius, type FileGenius } from '../../test/services/filegenius/filegenius.js';
import { credentialsOf } from '../../test/services/filegenius/seed.js';
import { startFilemail, type Filemail } from '../../test/services/filemail/filemail.js';
import { CREDENTIALS as FILEMAIL } from '../../test/services/filemail/seed.js';
import { startFilesCom, type FilesCom } from '../../test/services/files-com/files-com.js';
import { CREDENTIALS as FILES_COM } from '../../test/services/files-com/seed.js';
import { CREDENTIALS as SENDSPACE } from '../../test/services/sendspace/seed.js';
import type { Simulated } from '../../test/services/services.js';
import { startSendspace, type Sendspace } from '../../test/services/sendspace/sendspace.js';

/** A backend that is open, and the simulated service that it reaches. */
interface Open<Service extends Simulated = Simulated> {
  backend: Backend;
  service: Service;
}

/** One choice of the demo's page. */
interface Choice {
  /** The backend's name at the relay. */
  name: string;
  label: string;
  /** What becomes of files there. */
  about: string;
  /** The origin that its bytes go to, where that is no port of this machine. */
  storage?: string;
  /** Starts it, with the service that goes with it. The folder on this machine is the server's own. */
  open?: () => Promise<Pick<Open, 'backend'> & Partial<Open>>;
}

const SIMULATED = 'They are kept by a simulation of the service, which forgets everything when you stop the demo.';

/** Files.com, with a key of the whole site. */
export async function openFilesCom(): Promise<Open<FilesCom>> {
  const service = await startFilesCom();
  return { backend: filesCom({ url: service.url, apiKey: FILES_COM.siteKey }), service };
}

/** Filemail, as its account's owner. */
export async function openFilemail(): Promise<Open<Filemail>> {
  const service = await startFilemail();
  return { backend: filemail({ apiKey: FILEMAIL.ownerKey, baseUrl: service.url, store: memoryStore() }), service };
}

async function openSendspace(user: SendspaceUser): Promise<Open<Sendspace>> {
  const service = await startSendspace();
  const place = { apiKey: SENDSPACE.apiKey, baseUrl: service.url, website: service.siteUrl };
  return { backend: sendspace({ ...place, ...user, store: memoryStore() }), service };
}

/** sendspace, with an account. */
export const openAccount = (): Promise<Open<Sendspace>> => openSendspace({ email: 'lite@example.com', password: SENDSPACE.password });

/** sendspace, without one. */
export const openAnonymous = (): Promise<Open<Sendspace>> => openSendspace({ anonymous: true });

/** FileGenius or Tuyu, as an administrator. */
export async function openFileGenius(brand: 'filegenius' | 'tuyu'): Promise<Open<FileGenius>> {
  const service = await startFileGenius({ brand });
  const backend = fileGenius({ brand, baseUrl: service.url, ...credentialsOf('boss'), preparation: brand === 'tuyu' });
  return { backend, service };
}

/** The bucket that the environment names, if it does; `npm run s3` starts a store with one. */
function bucketRow(): Choice[] {
  const {
    S3_ENDPOINT: endpoint,
    S3_REGION: region = 'us-east-1',
    S3_BUCKET: bucket,
    S3_ACCESS_KEY_ID: accessKeyId,
    S3_SECRET_ACCESS_KEY: secretAccessKey,
    S3_PREFIX: prefix,
    S3_ADDRESSING: addressing,
  } = process.env;
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey) return [];
  if (addressing !== undefined && addressing !== 'path' && addressing !== 'host')
    throw new Error(`S3_ADDRESSING is "path" or "host", not ${JSON.stringify(addressing)}.`);
  const place: S3Options = { endpoint, region, bucket, prefix, addressing, credentials: { accessKeyId, secretAccessKey } };
  const about = `Their bytes go straight to the bucket “${bucket}” at ${endpoint}, and everything else through the relay of this page.`;
  const backend = s3(place);
  return [{ name: 's3', label: 'S3', about, storage: originOf(place), open: () => Promise.resolve({ backend }) }];
}

/** Every backend that the demo offers: a row each. Services are simulated ones, which start with the demo and end with it. */
export const choices: readonly Choice[] = [
  {
    name: 'disk',
    label: 'A folder on this machine',
    about: 'They go through the relay of this page to the folder “files” beside package.json, and stay there when you stop the demo.',
  },
  ...bucketRow(),
  {
    name: 'files-com',
    label: 'Files.com',
    about: `Their bytes go straight to the storage, and everything else through the relay of this page. ${SIMULATED}`,
    open: openFilesCom,
  },
  {
    name: 'filemail',
    label: 'Filemail',
    about: `What is dropped together goes through the relay of this page into one transfer, with a link to it. ${SIMULATED}`,
    open: openFilemail,
  },
  {
    name: 'sendspace',
    label: 'sendspace',
    about: `They go through the relay of this page to an account at sendspace. ${SIMULATED}`,
    open: openAccount,
  },
  {
    name: 'sendspace-anonymous',
    label: 'sendspace, without an account',
    about: `They go through the relay of this page to sendspace, where only whoever has their links finds them again. ${SIMULATED}`,
    open: openAnonymous,
  },
  {
    name: 'filegenius',
    label: 'FileGenius',
    about: `They go through the relay of this page to a site of FileGenius. ${SIMULATED}`,
    open: () => openFileGenius('filegenius'),
  },
  {
    name: 'tuyu',
    label: 'Tuyu',
    about: `They go through the relay of this page to a site of Tuyu. ${SIMULATED}`,
    open: () => openFileGenius('tuyu'),
  },
];
