import { knobs, line, type Knobbed, type Knobs } from '../knobs.js';

/** An answer that is none: a page of a proxy, a body that ends too early, or no body at all. */
export type Spoiling = 'html' | 'truncated' | 'empty';

/** What tests turn at FileGenius and Tuyu, beside what every service has. The one origin is called `api`. */
export interface FileGeniusKnobs extends Knobs {
  /** How an error is answered, which no document says: as 200 with `error` in the body, or with an HTTP status beside it. */
  errors: 'in-200' | 'with-status';
  /** What is said of ids and paths that are not there: the only documented title, or words of their own. */
  missing: 'as-forbidden' | 'in-words';
  /** Seconds that a timestamp may differ from the service's clock. */
  clockSkew: number;
  /** Seconds that a code of `user_auth` lives. */
  authCodeLifetime: number;
  /** Items a page. */
  pageSize: number;
  /** What a folder's `type` is; the documents show only `file`. */
  folderType: string;
  /** Whether folders stand before files in a list, whatever it is sorted by. */
  foldersFirst: boolean;
  /** Whether a search of a location looks into the folders below. */
  searchesBelow: boolean;
  /** Whether a download may be of a range; no document speaks of any. */
  ranges: boolean;
  /** Which header tells the name of a download. */
  nameHeader: 'content-disposition' | 'file-name';
  /** What the answer of `send_files_prep` calls the id; the documents do not show it. */
  preparationField: string;
  /** Bytes that the site may keep. */
  storageLimit: number;
  /** Bytes that a file may have. */
  maxFileSize: number;
  /** Calls that this site does not have. */
  withoutCalls: Set<string>;
  /** Spoils the next answer to a request that matches, or the next few, after all was done; until the answered function is called. */
  spoil(pattern: RegExp, how: Spoiling, times?: number): () => void;
}

/** The side of the knobs that the service turns to. */
export interface FileGeniusKnobbed extends FileGeniusKnobs, Knobbed {
  spoiled(request: Request, answer: Response): Promise<Response>;
}

async function spoilt(answer: Response, how: Spoiling): Promise<Response> {
  const { status } = answer;
  if (how === 'html') {
    return new Response('<!DOCTYPE html><html><body><h1>Bad Gateway</h1></body></html>', {
      status,
      headers: { 'content-type': 'text/html' },
    });
  }
  const text = how === 'empty' ? '' : await answer.text();
  return new Response(text.slice(0, Math.ceil(text.length / 2)), {
    status,
    headers: { 'content-type': answer.headers.get('content-type') ?? '' },
  });
}

/** The knobs at rest. */
export function fileGeniusKnobs(): FileGeniusKnobbed {
  const planned: { pattern: RegExp; how: Spoiling; left: number }[] = [];
  return {
    ...knobs(),
    cors: { api: false },
    errors: 'in-200',
    missing: 'as-forbidden',
    clockSkew: 300,
    authCodeLifetime: 3600,
    pageSize: 50,
    folderType: 'folder',
    foldersFirst: false,
    searchesBelow: true,
    ranges: false,
    nameHeader: 'content-disposition',
    preparationField: 'file_preparation_id',
    storageLimit: Infinity,
    maxFileSize: Infinity,
    withoutCalls: new Set(),
    spoil(pattern, how, times = 1) {
      const plan = { pattern, how, left: times };
      planned.push(plan);
      return () => (plan.left = 0);
    },
    async spoiled({ method, url }, answer) {
      const { pathname, search } = new URL(url);
      const plan = planned.find(({ pattern, left }) => left > 0 && pattern.test(line({ origin: 'api', method, path: pathname + search })));
      if (!plan) return answer;
      plan.left--;
      return spoilt(answer, plan.how);
    },
  };
}
