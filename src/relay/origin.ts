import { BackendError } from '../backend/errors.js';

/** Headers that a page of a listed origin may read. */
const READABLE = 'Retry-After, Content-Range, ETag';

/** Who may call a relay from a browser. */
export interface Origins {
  /** Rejects a request that a page of another site caused. Whoever sends no `Origin` is no page. */
  check(request: Request): void;
  /** The headers by which a browser lets a listed origin's page read the answer. */
  headers(request: Request): Record<string, string>;
  /** The answer to a browser's question whether a page may send something. */
  preflight(request: Request): Response;
}

/** Checks the list of origins, and makes the rule of it. Throws an `Error` for what is no origin: a wrong one would just never match. */
export function originRule(listed: readonly string[] = []): Origins {
  for (const one of listed) {
    if (!URL.canParse(one) || new URL(one).origin !== one)
      throw new Error(`relay: "${one}" is no origin; expected is one like "https://app.example.com".`);
  }
  const originOf = (request: Request): string | null => request.headers.get('origin');
  const isListed = (request: Request): boolean => listed.includes(originOf(request) ?? '');

  function isOwn(request: Request): boolean {
    const site = request.headers.get('sec-fetch-site');
    if (site !== null) return site === 'same-origin';
    const origin = originOf(request);
    // Only the host: whether it was https is known to the proxy in front.
    return origin === null || (URL.canParse(origin) && new URL(origin).host === (request.headers.get('host') ?? new URL(request.url).host));
  }

  return {
    check(request) {
      if (!isOwn(request) && !isListed(request)) {
        throw new BackendError('forbidden', `The origin "${originOf(request) ?? 'null'}" is not one of the relay's.`);
      }
    },
    headers: (request): Record<string, string> =>
      isListed(request)
        ? {
            vary: 'Origin',
            'access-control-allow-origin': originOf(request) ?? '',
            'access-control-allow-credentials': 'true',
            'access-control-expose-headers': READABLE,
          }
        : { vary: 'Origin' },
    preflight(request) {
      if (!isListed(request)) throw new BackendError('forbidden', `The origin "${originOf(request) ?? 'null'}" is not one of the relay's.`);
      return new Response(null, {
        status: 204,
        headers: {
          'access-control-allow-methods': 'POST, PUT, GET, HEAD',
          'access-control-allow-headers': request.headers.get('access-control-request-headers') ?? '',
          'access-control-max-age': '7200',
        },
      });
    },
  };
}
