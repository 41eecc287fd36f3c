import { keyCode, startWebKit, type WebKit } from './webkit.js';

const BUTTONS = { left: 0, middle: 1, right: 2 };
interface Press {
  button?: keyof typeof BUTTONS;
}
type Action = Record<string, string | number>;

/** As much of Playwright's `Page` as the test runner's commands use. */
const pageOf = (browser: WebKit) => {
  const act = async (source: object): Promise<void> => {
    await browser.command('POST', '/actions', { actions: [source] });
  };
  const keys = (types: string[], typed: string[]): Promise<void> =>
    act({ type: 'key', id: 'keys', actions: typed.map(keyCode).flatMap((value) => types.map((type) => ({ type, value }))) });
  const mouse = (...actions: Action[]): Promise<void> =>
    act({ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions });
  const move = (x: number, y: number): Action => ({ type: 'pointerMove', duration: 0, x: Math.round(x), y: Math.round(y) });
  const down = ({ button = 'left' }: Press): Action => ({ type: 'pointerDown', button: BUTTONS[button] });
  const up = ({ button = 'left' }: Press): Action => ({ type: 'pointerUp', button: BUTTONS[button] });

  return {
    keyboard: {
      type: (text: string) => keys(['keyDown', 'keyUp'], Array.from(text)),
      press: (key: string) => keys(['keyDown', 'keyUp'], [key]),
      down: (key: string) => keys(['keyDown'], [key]),
      up: (key: string) => keys(['keyUp'], [key]),
    },
    mouse: {
      move: (x: number, y: number) => mouse(move(x, y)),
      down: (press: Press = {}) => mouse(down(press)),
      up: (press: Press = {}) => mouse(up(press)),
      click: (x: number, y: number, press: Press = {}) => mouse(move(x, y), down(press), up(press)),
    },
    setViewportSize: async ({ width, height }: { width: number; height: number }) => {
      const frame = (await browser.evaluate('return [outerWidth - innerWidth, outerHeight - innerHeight]')) as [number, number];
      await browser.command('POST', '/window/rect', { width: width + frame[0], height: height + frame[1] });
      const reached = await browser.evaluate(
        `for (let tries = 50; tries > 0 && innerWidth !== ${width}; tries -= 1) await new Promise((later) => setTimeout(later, 20));
         return innerWidth;`,
      );
      if (reached !== width) throw new Error(`A window of WebKitGTK's MiniBrowser cannot be ${width} px wide, only ${String(reached)} px.`);
    },
  };
};

/** Runs element tests in WebKitGTK, one page after the other. Its `type` makes the test runner's commands work here as with Playwright. */
export const webkitLauncher = () => {
  const active = new Set<string>();
  let browser: WebKit | undefined;
  let page: ReturnType<typeof pageOf> | undefined;

  return {
    name: 'WebKitGTK',
    type: 'playwright',
    concurrency: 1,
    initialize: () => undefined,
    startSession: async (id: string, url: string) => {
      browser ??= await startWebKit();
      page ??= pageOf(browser);
      active.add(id);
      await browser.goto(url);
    },
    isActive: (id: string) => active.has(id),
    getPage: () => page,
    getBrowserUrl: async () => (await browser?.command('GET', '/url')) as string | undefined,
    stopSession: async (id: string) => {
      active.delete(id);
      await browser?.goto('about:blank');
      return {};
    },
    stop: async () => {
      await browser?.close();
      browser = page = undefined;
    },
    startDebugSession: () => Promise.reject(new Error('WebKitGTK has no debug session here; use Chromium or Firefox.')),
  };
};
