import assert from 'node:assert/strict';

/** What somebody sees who follows a link. */
export interface Seen {
  status: number;
  text: string;
  headers: Headers;
  url: string;
}

/** Somebody with a browser of their own: keeps cookies, and goes where answers send them. */
export interface Reader {
  get(url: string, headers?: Record<string, string>, method?: string): Promise<Seen>;
  /** Presses a button of a form, and answers what that leads to. */
  post(url: string, fields: Record<string, string>): Promise<Seen>;
  /** Presses a button and answers the bytes that come. */
  download(link: string, item?: string): Promise<Seen & { bytes: Buffer }>;
}

/** A new visitor. */
export function reader(extra: Record<string, string> = {}): Reader {
  const cookies = new Map<string, string>();
  async function ask(
    url: string,
    init: { method?: string; body?: URLSearchParams; headers?: Record<string, string> },
  ): Promise<Seen & { bytes: Buffer }> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...extra, ...(cookie ? { cookie } : {}), ...init.headers },
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      assert.match(set, /; Path=\/[\w/-]*\/links\/[\w-]{22}; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
      cookies.set(name, value);
    }
    const bytes = Buffer.from(await response.arrayBuffer());
    const location = response.headers.get('location');
    if (response.status === 303 && location !== null) return ask(new URL(location, url).href, {});
    const seen = { status: response.status, text: bytes.toString(), bytes, headers: response.headers, url };
    if (response.headers.get('content-type')?.startsWith('text/html') && !response.headers.has('content-disposition')) assertIsSafe(seen);
    return seen;
  }
  return {
    get: (url, headers = {}, method = 'GET') => ask(url, { headers, method }),
    post: (url, fields) => ask(url, { method: 'POST', body: new URLSearchParams(fields) }),
    download: (link, item = '0') => ask(`${link}/download`, { method: 'POST', body: new URLSearchParams({ item }) }),
  };
}

/** Whether a page keeps to what all of them promise: nothing runs, nothing is kept, nobody is told where somebody came from. */
function assertIsSafe({ text, headers }: Seen): void {
  const policy = headers.get('content-security-policy') ?? '';
  assert.match(policy, /^default-src 'none'; style-src 'self'; .*form-action 'self'; base-uri 'none'; frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.match(headers.get('x-robots-tag') ?? '', /noindex/);
  if (!text.includes('id="upload"')) assert.doesNotMatch(text, /<script/);
  // What stands in quotes is no attribute.
  assert.doesNotMatch(text.replace(/"[^"]*"/g, '""'), /<[^>]* (style|on\w+)=/);
}

/** The values of the buttons on a page, by the names of what they download. */
export const buttons = ({ text }: Seen): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/<button [^>]*value="([^"]*)"[^>]*aria-label="Download ([^"]*)"/g)].map(([, value = '', name = '']) => [name, value]),
  );

/** Where the links in the list lead, by their texts. */
export const links = ({ text, url }: Seen): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/<a [^>]*href="([^"]*)"[^>]*>(?:<bdi>)?([^<]*)/g)].map(([, href = '', name = '']) => [
      name,
      new URL(href.replaceAll('&amp;', '&'), url).href,
    ]),
  );
