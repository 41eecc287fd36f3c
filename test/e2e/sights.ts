import type { Browser, Page, Request, Response } from 'playwright-core';
import type { Sight } from './secrets.js';

/** A window of which everything is written down that it can see. */
export interface Watched {
  page: Page;
  /** Resolves when the page has put something into a store whose name this is. */
  stored(kind: string): Promise<void>;
  /** Waits until all is written down that was under way: before the page is left. */
  settled(): Promise<void>;
  /** All that it has seen so far. */
  sights(): Promise<Sight[]>;
  close(): Promise<void>;
}

/** What is added to a watched page's window. */
interface WatchedWindow {
  __tell(where: string, of: string, text: string): Promise<void>;
  /** What is still being told. */
  __telling: Promise<unknown>[];
}

/** Runs in the page before anything else: tells whatever its scripts get, and whatever they put into a store, be it for a moment. */
function tellAll(): void {
  const here = window as unknown as WatchedWindow;
  here.__telling = [];
  const tell = (where: string, of: string, text: Promise<string> | string): void => {
    const told = Promise.resolve(text).then((whole) => here.__tell(where, of, whole));
    // What broke off on its way was seen by nobody.
    here.__telling.push(told.catch(() => undefined));
  };

  const real = window.fetch.bind(window);
  window.fetch = async (...request) => {
    const response = await real(...request);
    tell('response body', response.url, response.clone().text());
    return response;
  };
  const open = Reflect.get(XMLHttpRequest.prototype, 'open') as (this: XMLHttpRequest, ...args: unknown[]) => void;
  Reflect.set(XMLHttpRequest.prototype, 'open', function (this: XMLHttpRequest, ...args: unknown[]) {
    this.addEventListener('loadend', () => {
      tell('response body', this.responseURL, this.responseText);
    });
    open.apply(this, args);
  });

  const follow = (prototype: object, name: string, kind: string, read: (args: unknown[]) => [key: unknown, value: unknown]): void => {
    const real = Reflect.get(prototype, name) as (...args: unknown[]) => unknown;
    Reflect.set(prototype, name, function (this: unknown, ...args: unknown[]) {
      const [key, value] = read(args);
      tell('storage', `${kind} ${String(key)}`, typeof value === 'string' ? value : JSON.stringify([value]));
      return real.apply(this, args);
    });
  };
  for (const name of ['put', 'add']) follow(IDBObjectStore.prototype, name, 'IndexedDB', ([value, key]) => [key, value]);
  follow(Storage.prototype, 'setItem', 'web storage', ([key, value]) => [key, value]);
  for (const name of ['pushState', 'replaceState']) follow(History.prototype, name, 'history', ([state, , url]) => [url, state]);
}

/** Runs in the page: waits until all has been told. */
async function toldAll(): Promise<void> {
  await Promise.all((window as unknown as WatchedWindow).__telling);
}

/** Runs in the page: all that is shown, in shadow trees too, what lies in caches and in the session's storage. */
async function shown(): Promise<{ html: string; caches: string; session: string }> {
  const htmlOf = (root: Document | ShadowRoot): string => {
    const own = root instanceof Document ? root.documentElement.outerHTML : root.innerHTML;
    const fields = [...root.querySelectorAll('input, textarea, select')].map((one) => (one as HTMLInputElement).value);
    const below = [...root.querySelectorAll('*')].map(({ shadowRoot }) => (shadowRoot ? htmlOf(shadowRoot) : ''));
    return [own, ...fields, ...below].join('\n');
  };
  const kept: string[] = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) kept.push(name, request.url, (await (await cache.match(request))?.text()) ?? '');
  }
  return { html: htmlOf(document), caches: kept.join('\n'), session: JSON.stringify(Object.entries(sessionStorage)) };
}

const headersOf = (headers: { name: string; value: string }[]): string => headers.map(({ name, value }) => `${name}: ${value}`).join('\n');

/** Opens a window that is watched. */
export async function watch(browser: Browser): Promise<Watched> {
  const context = await browser.newContext();
  const seen: Sight[] = [];
  const reading: Promise<void>[] = [];
  const waiting = new Set<() => void>();
  const note = (where: string, of: string, text: string): void => {
    seen.push({ where, of, text });
    for (const look of waiting) look();
  };
  const readRequest = async (request: Request): Promise<void> => {
    const url = request.url();
    note('URL', url, url);
    note('request body', url, request.postDataBuffer()?.toString('latin1') ?? '');
    note('request header', url, headersOf(await request.headersArray()));
  };
  const readResponse = async (response: Response): Promise<void> => {
    const url = response.url();
    note('response header', url, headersOf(await response.headersArray()));
    // What scripts ask for is told by the page, as the browser does not always keep it; nor does it keep a redirect's body.
    if (['fetch', 'xhr'].includes(response.request().resourceType()) || (response.status() > 299 && response.status() < 400)) return;
    note('response body', url, (await response.body()).toString('latin1'));
  };
  // The browser may have thrown away what nobody waits for any more.
  const unkept = (): void => undefined;
  context.on('request', (request) => reading.push(readRequest(request).catch(unkept)));
  context.on('response', (response) => reading.push(readResponse(response).catch(unkept)));
  context.on('console', (message) => {
    note('log', message.type(), message.text());
  });
  context.on('weberror', (error) => {
    note('log', 'error', String(error.error().stack));
  });
  await context.exposeFunction('__tell', note);
  // What names functions where this file was compiled is missing in the page.
  await context.addInitScript('globalThis.__name = (named) => named;');
  await context.addInitScript(tellAll);
  const page = await context.newPage();
  const settled = async (): Promise<void> => {
    await page.evaluate(toldAll);
    await Promise.all(reading);
  };
  return {
    page,
    stored: (kind) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!seen.some(({ where, of }) => where === 'storage' && of.startsWith(kind))) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    settled,
    async sights() {
      await settled();
      const { html, caches, session } = await page.evaluate(shown);
      const state = await context.storageState({ indexedDB: true });
      return [
        ...seen,
        { where: 'page', of: page.url(), text: html },
        { where: 'cache', of: page.url(), text: caches },
        { where: 'cookie', of: page.url(), text: JSON.stringify(state.cookies) },
        { where: 'storage', of: page.url(), text: JSON.stringify(state.origins) + session },
      ];
    },
    close: () => context.close(),
  };
}
