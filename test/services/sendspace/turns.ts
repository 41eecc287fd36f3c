import { knobs, type Knobbed, type Knobs } from '../knobs.js';
import { LOST_ANSWER } from '../origin.js';
import type { ErrorCode, MethodName } from './documentation.js';

/** A way in which an answer comes out wrong, though what was asked for is done. */
export type Spoil = (answer: { status: number; type: string; body: string }) => { status?: number; type?: string; body?: string };

/** The nodes that take bytes and give them; their origins are called so. */
export const NODES = ['fs01u', 'fs02u'] as const;

/** What tests turn at sendspace, beside what every service has. Origins are called `api`, `www`, `fs01u` and `fs02u`. */
export interface SendspaceKnobs extends Knobs {
  /** Bytes of one file; the only number that was ever seen. */
  maxFileSize: number;
  /** Seconds without a call after which a session is dead. */
  sessionLifetime: number;
  /** What is said about a dead session. */
  deadSession: 5 | 6 | 7;
  /** Sessions that an account may have at once. */
  maxSessions: number;
  /** Versions of the interface that are answered. */
  apiVersions: readonly string[];
  /** Applications older than this are sent away, where they tell their version. */
  oldestApp: number;
  /** Contacts that an address book holds. */
  contactsLimit: number;
  /** E-mail addresses in one call or form. */
  maxRecipients: number;
  /** Nodes that answer nothing but nginx's 503, though files are still sent there. */
  nodesDown: readonly string[];
  /** Attributes of `<upload>`, in their order; `progress_url` may be missing. */
  uploadAttributes: readonly string[];
  /** How a form that failed is answered: in its own words, or as the web form does, by a redirect to an error page. */
  failedForm: 'answer' | 'redirect';
  /** How times are told: `YYYY/MM/DD HH:MM:SS` in EST, or as seconds since 1970. */
  times: 'est' | 'unix';
  /** Whether folders with something in them are deleted; else code 14. */
  deletesFullFolders: boolean;
  /** Seconds that a download link lives. */
  downloadUrlLifetime: number;
  /** Whether nodes give parts of a file. */
  ranges: boolean;
  /** The next calls of a method get an error and are not done; `*`: of any method. */
  refuse(method: MethodName | '*', code: ErrorCode, more?: { times?: number; text?: string; info?: string }): void;
  /** The next answers to a method, or to an upload form, come out wrong. */
  spoil(what: MethodName | 'form', spoil: Spoil, times?: number): void;
  /** The next answers to a method, or to an upload form, are lost: what was asked for is done, and the connection ends. */
  lose(what: MethodName | 'form', times?: number): void;
}

/** The side of the knobs that the service turns to. */
export interface SendspaceKnobbed extends SendspaceKnobs, Knobbed {
  /** The error planned for a call. */
  refusal(method: MethodName): { code: ErrorCode; text?: string; info?: string } | undefined;
  /** The answer as the knobs want it. */
  spoiled(what: MethodName | 'form', answer: Response): Promise<Response>;
}

/** The knobs at rest: the numbers that were seen, and no page of another origin may read anything. */
export function sendspaceKnobs(): SendspaceKnobbed {
  const refusals: { method: MethodName | '*'; code: ErrorCode; text?: string; info?: string; left: number }[] = [];
  const spoils: { what: MethodName | 'form'; spoil: Spoil | undefined; left: number }[] = [];
  return {
    ...knobs(),
    cors: Object.fromEntries(['api', 'www', ...NODES].map((origin) => [origin, false])),
    maxFileSize: 314_572_800,
    sessionLifetime: 30 * 60,
    deadSession: 6,
    maxSessions: Infinity,
    apiVersions: ['1.0', '1.1', '1.2'],
    oldestApp: 0,
    contactsLimit: Infinity,
    maxRecipients: Infinity,
    nodesDown: [],
    uploadAttributes: ['progress_url', 'url', 'max_file_size', 'upload_identifier', 'extra_info'],
    failedForm: 'answer',
    times: 'est',
    deletesFullFolders: true,
    downloadUrlLifetime: 3600,
    ranges: true,
    refuse: (method, code, { times = 1, ...more } = {}) => refusals.push({ method, code, ...more, left: times }),
    spoil: (what, spoil, times = 1) => spoils.push({ what, spoil, left: times }),
    lose: (what, times = 1) => spoils.push({ what, spoil: undefined, left: times }),
    refusal(method) {
      const planned = refusals.find((entry) => entry.left > 0 && (entry.method === '*' || entry.method === method));
      if (planned) planned.left--;
      return planned;
    },
    async spoiled(what, answer) {
      const planned = spoils.find((entry) => entry.left > 0 && entry.what === what);
      if (!planned) return answer;
      planned.left--;
      if (!planned.spoil) return new Response(null, { headers: { [LOST_ANSWER]: 'yes' } });
      const was = { status: answer.status, type: answer.headers.get('content-type') ?? '', body: await answer.text() };
      const { status, type, body } = { ...was, ...planned.spoil(was) };
      return new Response(body, { status, headers: { 'content-type': type } });
    },
  };
}
