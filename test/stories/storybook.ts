import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
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

/** How an entry is opened. */
export interface Opening {
  width?: number;
  globals?: Record<string, string>;
}

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
  globalThis.ferrySaid = [];
  const names = ['docsRendered', 'globalsUpdated', 'storyRendered', 'storyFinished', 'storyErrored', 'storyThrewException'];
  names.push('playFunctionThrewException', 'storyMissing', 'unhandledErrorsWhilePlaying');
  const waiting = setInterval(() => {
    const channel = globalThis.__STORYBOOK_ADDONS_CHANNEL__;
    if (!channel) return;
    clearInterval(waiting);
    for (const name of names) channel.on(name, (event) => globalThis.ferrySaid?.push([name, event?.status ?? event?.message ?? '']));
  }, 1);
};

interface Opened {
  page: Page;
  errors: string[];
  session: CDPSession;
}

/** The built Storybook, served and open in Chromium. */
export interface Storybook {
  /**
   * Opens an entry and waits until it has rendered and played; answers the page and everything that went wrong on it. The page is used
   * again for the next entry that is opened alike, as loading Storybook takes longer than all that is done with a story.
   */
  open(entry: Entry, options?: Opening): Promise<{ page: Page; errors: string[] }>;
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

  /** A page that shows nothing yet. */
  const openPage = async (width: number): Promise<Opened> => {
    const page = await context.newPage();
    const errors = watch(page);
    await page.setViewportSize({ width, height: 600 });
    return { page, errors, session: await context.newCDPSession(page) };
  };
  const opened = new Map<string, Opened>();

  return {
    open: async ({ id, type }, { width = 800, globals = {} } = {}) => {
      const key = JSON.stringify([type, width, globals]);
      const known = opened.get(key);
      const { page, errors, session } = known ?? (await openPage(width));
      opened.set(key, { page, errors, session });
      errors.length = 0;
      const forget = (): Promise<unknown> =>
        session.send('Storage.clearDataForOrigin', { origin: server.origin, storageTypes: 'indexeddb,local_storage' });
      if (known) {
        await forget();
        await page.mouse.move(0, 0);
        await page.evaluate(
          ([storyId, viewMode]) => {
            (document.activeElement as HTMLElement | null)?.blur();
            globalThis.ferrySaid = [];
            scrollTo(0, 0);
            globalThis.__STORYBOOK_ADDONS_CHANNEL__?.emit('setCurrentStory', { storyId, viewMode });
          },
          [id, type],
        );
      } else {
        await forget();
        // Storybook's own audit would only run axe once more.
        const chosen = Object.entries({ ...globals, 'a11y.manual': '!true' }).map(([name, value]) => `${name}:${value}`);
        await page.goto(`${server.origin}/iframe.html?id=${id}&viewMode=${type}&globals=${chosen.join(';')}`);
      }
      const last = type === 'docs' ? 'docsRendered' : 'storyFinished';
      await page.waitForFunction(
        (name) => globalThis.ferrySaid?.some(([said]) => said === name || /Errored|Exception|Missing/.test(said)),
        last,
        { timeout: 30_000 },
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
