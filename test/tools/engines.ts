import { chromium, firefox, type Browser } from 'playwright-core';
import { chromiumFlags, ENGINES, findBrowser, type Engine } from './browsers.mjs';

/** The engines that Playwright drives; WebKitGTK is driven by `startWebKit()`. */
export type PlaywrightEngine = Exclude<Engine, 'webkit'>;

/** The engines that `BROWSERS` names (the test runner sets it to those that are installed); without it Chromium alone. */
export const engines: readonly Engine[] = ENGINES.filter((engine) => (process.env['BROWSERS'] ?? 'chromium').split(',').includes(engine));

const program = (engine: Engine): string => {
  const path = findBrowser(engine);
  if (!path) throw new Error(`${engine} is not installed.`);
  return path;
};

/** Starts an installed browser, without a window. */
export const launch = (engine: PlaywrightEngine): Promise<Browser> =>
  engine === 'chromium'
    ? chromium.launch({ executablePath: program(engine), args: chromiumFlags() })
    : // Without this channel Playwright insists on its own patched build.
      firefox.launch({ channel: 'moz-firefox', executablePath: program(engine) });
