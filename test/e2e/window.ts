import type { Browser, ElementHandle } from 'playwright-core';
import type { Engine } from '../tools/browsers.mjs';
import { launch } from '../tools/engines.js';
import { startWebKit, type WebKit } from '../tools/webkit.js';

/** One browser window, whatever the engine. */
export type Window = Pick<WebKit, 'goto' | 'evaluate' | 'chooseFiles' | 'press' | 'close'> & {
  /** What the page complained of: uncaught errors, and in engines that tell, console errors and refused requests. */
  complaints: string[];
};

/** Opens a window of an engine. */
export async function openWindow(engine: Engine): Promise<Window> {
  if (engine === 'webkit') return { ...(await startWebKit()), complaints: [] };
  const browser = await launch(engine);
  return playwrightWindow(browser);
}

async function playwrightWindow(browser: Browser): Promise<Window> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return {
    complaints,
    goto: async (url) => {
      await page.goto(url);
    },
    evaluate: (body, ...args) => page.evaluate(`(async function () { ${body} }).apply(null, ${JSON.stringify(args)})`),
    chooseFiles: async (find, paths) => {
      const element = (await page.evaluateHandle(`(function () { ${find} })()`)).asElement() as ElementHandle<HTMLInputElement> | null;
      if (!element) throw new Error('There is no file input.');
      await element.setInputFiles(paths);
    },
    press: async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
    },
    close: () => browser.close(),
  };
}
