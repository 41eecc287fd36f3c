import { knobs, type Knobbed, type Knobs } from '../knobs.js';

const MEBIBYTE = 1024 * 1024;

/** One call of the API, with its parameters as the service read them from query and body. */
export interface Asked {
  method: string;
  /** Below the root of the API. */
  path: string;
  parameters: Readonly<Record<string, unknown>>;
}

/** What tests turn at Files.com, beside what every service has. Origins are called `api` and `storage`. */
export interface FilesComKnobs extends Knobs {
  /** Bytes that the service proposes for the first part. Parts may be larger; smaller than this, or than 5 MiB, only the last. */
  partSize: number;
  /** Bytes by which each proposal exceeds the one before. */
  partGrowth: number;
  /** Seconds that an upload URL lives. */
  uploadUrlLifetime: number;
  /** Seconds that a download URL lives. */
  downloadUrlLifetime: number;
  /** Seconds that a session lives. */
  sessionLifetime: number;
  /** How parts are sent: as the body of a `PUT`, or in a form with fields of its own. */
  partsBy: 'put' | 'form';
  /** Headers that a part must have, told in `headers`. */
  partHeaders: Record<string, string>;
  /** Whether several parts may be on their way at once; if not, they come one by one and in order. */
  parallelParts: boolean;
  /** Whether a part may be sent again. */
  retryParts: boolean;
  /** Whether storage answers an `ETag`; mounted folders are known not to. */
  etags: boolean;
  /** Whether copies and moves are done at once, or answer `pending` and are done when they have been asked after this many times. */
  pendingFor: number | false;
  /** Whether pending copies and moves end as `failed`, with nothing done. */
  failPending: boolean;
  /** Messages that may be sent in all, further ones are refused. */
  shareLimit: number;
  /** Whether users who are no administrators may read `/site`. */
  siteForAll: boolean;
  /** Whether users who are no administrators may list users. */
  usersForAll: boolean;
  /** Whether folders still answer the older `action=count` and `action=size`; today's are lists, whatever is asked. */
  tallies: boolean;
  /** Every call of the API, in order of arrival. */
  readonly asked: Asked[];
}

/** The knobs at rest: the numbers that were recorded. */
export function filesComKnobs(): FilesComKnobs & Knobbed {
  return {
    ...knobs(),
    partSize: 5 * MEBIBYTE,
    partGrowth: MEBIBYTE,
    uploadUrlLifetime: 900,
    downloadUrlLifetime: 60,
    sessionLifetime: 6 * 60 * 60,
    partsBy: 'put',
    partHeaders: {},
    parallelParts: true,
    retryParts: true,
    etags: true,
    pendingFor: false,
    failPending: false,
    shareLimit: Infinity,
    siteForAll: true,
    usersForAll: false,
    tallies: false,
    asked: [],
  };
}
