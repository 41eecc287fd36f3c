import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { ROOT } from '../tools/checkout.mjs';
import { launch } from '../tools/engines.js';
import { serveFolder } from '../tools/static.js';

const BUILT = join(ROOT, 'storybook-static');

/** One page of the built Storybook. */
export interface Entry {
  id: string;
  type: 'story' | 'docs';
}

/** All that the built Storybook holds. */
export const readEntries = (): Entry[] => {
  const { entries } = JSON.parse(readFileSync(join(BUILT, 'index.json'), 'utf8')) as { entries: Record<string, Entry> };
  return Object.values(entries);
};

/** What Storybook said on its channel, in order. */
type Said = [name: string, detail: string][];

declare global {
  var ferrySaid: Said | undefined;
  var __STORYBOOK_ADDONS_CHANNEL__:
    | { on(name: string, listener: (event?: { status?: string; message?: string }) => void): void; emit(name: string, event: object): void }
    | undefined;
}

/** Remembers how a story ended; Storybook's own channel says it. */
const listen = (): void => {
  const said: Said = (globalThis.ferrySaid = []);
  const names = ['docsRendered', 'globalsUpdated', 'storyRendered', 'storyFinished', 'storyErrored', 'storyThrewException'];
  names.push('playFunctionThrewException', 'storyMissing', 'unhandledErrorsWhilePlaying');
  const waiting = setInterval(() => {
    const channel = globalThis.__STORYBOOK_ADDONS_CHANNEL__;
    if (!channel) return;
    clearInterval(waiting);
    for (const name of names) channel.on(name, (event) => said.push([name, event?.status ?? event?.message ?? '']));
  }, 1);
};

/** The built Storybook, served and open in Chromium. */
export interface Storybook {
  /** Opens an entry and waits until it has rendered and played; answers the page and everything that went wrong on it. */
  open(entry: Entry, options?: { width?: number; globals?: Record<string, string> }): Promise<{ page: Page; errors: string[] }>;
  close(): Promise<void>;
}

/** Serves the built Storybook and opens Chromium on it. Motion is reduced, so that pictures stand still. */
export const openStorybook = async (): Promise<Storybook> => {
  const server = await serveFolder(BUILT);
  const browser: Browser = await launch('chromium');
  // One context, so that scripts are compiled once; what stories store is cleared before each.
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC' });
  await context.addInitScript(listen);

  const watch = (page: Page): string[] => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('requestfailed', (request) => errors.push(`failed: ${request.url()}`));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(server.origin) && !/^(data|blob):/.test(url)) errors.push(`asks another origin: ${url}`);
    });
    return errors;
  };

  return {
    open: async ({ id, type }, { width = 800, globals = {} } = {}) => {
      const page = await context.newPage();
      const errors = watch(page);
      await page.setViewportSize({ width, height: 600 });
      const session = await context.newCDPSession(page);
      await session.send('Storage.clearDataForOrigin', { origin: server.origin, storageTypes: 'indexeddb,local_storage' });
      // Storybook's own audit would only run axe once more.
      const chosen = Object.entries({ ...globals, 'a11y.manual': '!true' }).map(([name, value]) => `${name}:${value}`);
      await page.goto(`${server.origin}/iframe.html?id=${id}&viewMode=${type}&globals=${chosen.join(';')}`);
      const last = type === 'docs' ? 'docsRendered' : 'storyFinished';
      await page.waitForFunction(
        (name) => globalThis.ferrySaid?.some(([said]) => said === name || /Errored|Exception|Missing/.test(said)),
        last,
        {
          timeout: 30_000,
        },
      );
      const said = await page.evaluate(() => globalThis.ferrySaid ?? []);
      const bad = said.filter(([name, detail]) => /Errored|Exception|Missing|unhandled/.test(name) || detail === 'error');
      errors.push(...bad.map((line) => line.join(': ')));
      return { page, errors };
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
};
