import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { findBrowser, findMiniBrowser } from './browsers.mjs';

/** One window of WebKitGTK, driven by plain WebDriver: Playwright has no engine for the one that systems ship. */
export interface WebKit {
  /** A WebDriver command of this session, such as `POST`, `/url`, `{ url }`. Rejects with the driver's own words. */
  command(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>;
  goto(url: string): Promise<void>;
  /** Runs the body of an async function in the page; `args` are its `arguments`. Elements that it answers are WebDriver references. */
  evaluate(body: string, ...args: unknown[]): Promise<unknown>;
  /** Gives files of this machine to the file input that the body of `find` returns, as a person's choice would. */
  chooseFiles(find: string, paths: string[]): Promise<void>;
  /** Presses and releases keys one after the other, by their names in `KeyboardEvent.key`; `Control+a` holds one meanwhile. */
  press(...keys: string[]): Promise<void>;
  /** PNG of the window. */
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
}

const KEYS: Readonly<Record<string, string>> = {
  Backspace: '\uE003',
  Tab: '\uE004',
  Enter: '\uE007',
  Shift: '\uE008',
  Control: '\uE009',
  Alt: '\uE00A',
  Escape: '\uE00C',
  Space: ' ',
  PageUp: '\uE00E',
  PageDown: '\uE00F',
  End: '\uE010',
  Home: '\uE011',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
  Delete: '\uE017',
  F2: '\uE032',
  F10: '\uE03A',
};

/** A key's WebDriver code point. */
export const keyCode = (key: string): string => KEYS[key] ?? key;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

const startDisplay = async (): Promise<{ process: ChildProcess; display: string }> => {
  const xvfb = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1800x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [number] = (await once(xvfb.stdio[3] as Readable, 'data')) as [Buffer];
  return { process: xvfb, display: `:${number.toString().trim()}` };
};

const request = async (url: string, method: string, body?: object): Promise<unknown> => {
  const init = body ? { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : { method };
  const response = await fetch(url, init);
  const { value } = (await response.json()) as { value: unknown };
  if (response.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new Error(`WebDriver ${method} ${new URL(url).pathname}: ${error}: ${message}`);
};

const untilReady = async (base: string): Promise<void> => {
  for (let tries = 100; ; tries -= 1) {
    try {
      await request(`${base}/status`, 'GET');
      return;
    } catch (error) {
      if (tries === 0) throw error;
      await delay(100);
    }
  }
};

/** Starts WebKitGTK, with a virtual display where there is none. Rejects where it is not installed. */
export const startWebKit = async (): Promise<WebKit> => {
  const driver = findBrowser('webkit');
  if (!driver) throw new Error('WebKitGTK is not installed: it needs WebKitWebDriver, its MiniBrowser, and Xvfb or a display.');
  const children: ChildProcess[] = [];
  const env: NodeJS.ProcessEnv = { ...process.env, LIBGL_ALWAYS_SOFTWARE: '1', NO_AT_BRIDGE: '1', GDK_BACKEND: 'x11' };
  if (!env['DISPLAY']) {
    const virtual = await startDisplay();
    children.push(virtual.process);
    env['DISPLAY'] = virtual.display;
  }
  const port = await freePort();
  const base = `http://127.0.0.1:${String(port)}`;
  children.push(spawn(driver, [`--port=${String(port)}`], { env, stdio: 'ignore' }));
  const stop = (): void => {
    for (const child of children.reverse()) child.kill();
  };
  process.once('exit', stop);
  try {
    await untilReady(base);
    const options = { binary: findMiniBrowser(), args: ['--automation'] };
    const capabilities = { alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options } };
    const { sessionId } = (await request(`${base}/session`, 'POST', { capabilities })) as { sessionId: string };
    return await driveSession(`${base}/session/${sessionId}`, stop);
  } catch (error) {
    stop();
    throw error;
  }
};

const driveSession = async (session: string, stop: () => void): Promise<WebKit> => {
  const command: WebKit['command'] = (method, path, body) => request(`${session}${path}`, method, body);
  await command('POST', '/timeouts', { pageLoad: 60_000, script: 120_000 });
  return {
    command,
    goto: async (url) => {
      await command('POST', '/url', { url });
    },
    evaluate: async (body, ...args) => {
      const script = `const done = arguments[arguments.length - 1];
        (async function () { ${body} }).apply(null, [...arguments].slice(0, -1)).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
      const answer = (await command('POST', '/execute/async', { script, args })) as { value?: unknown; error?: string };
      if (answer.error !== undefined) throw new Error(`In the page: ${answer.error}`);
      return answer.value;
    },
    chooseFiles: async (find, paths) => {
      const element = (await command('POST', '/execute/sync', { script: find, args: [] })) as Record<string, string>;
      await command('POST', `/element/${String(Object.values(element)[0])}/value`, { text: paths.join('\n') });
    },
    press: async (...keys) => {
      const actions = keys.flatMap((chord) => {
        const held = (chord.length > 1 ? chord.split('+') : [chord]).map(keyCode);
        const down = held.map((value) => ({ type: 'keyDown', value }));
        return [...down, ...held.reverse().map((value) => ({ type: 'keyUp', value }))];
      });
      await command('POST', '/actions', { actions: [{ type: 'key', id: 'keys', actions }] });
    },
    screenshot: async () => Buffer.from((await command('GET', '/screenshot')) as string, 'base64'),
    close: async () => {
      await command('DELETE', '').catch(() => undefined);
      process.off('exit', stop);
      stop();
    },
  };
};
