import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import { ROOT } from '../../src/backend/item.js';
import { relayBackend } from '../../src/relay/client.js';
import { serve, type ServeOptions, type Serving } from '../../src/relay/serve.js';
import { startCatcher } from '../tools/smtp.js';
import { SECRET, ticketOf } from './wire.js';

let dir: string;
let serving: Serving | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ferrykit-serve-'));
});
afterEach(async () => {
  await serving?.close();
  serving = undefined;
  await rm(dir, { recursive: true, force: true });
});

const start = async (options: ServeOptions): Promise<Serving> => (serving = await serve({ port: 0, ...options }));
const files = (): string => join(dir, 'files');

/** Uploads a small file through a served relay. */
const upload = async (url: string, name: string, backend = 'disk'): Promise<void> => {
  const one = relayBackend({ url, backend });
  const { ticket, first } = await ticketOf(one.init({ name, size: 4, type: '' }, { folder: ROOT, conflict: 'ask' }));
  const body = await (await fetch(first?.url ?? '', { method: 'PUT', body: 'data' })).text();
  assert.ok('item' in (await one.complete(ticket, [{ number: 1, start: 0, end: 4, body }], {})));
};

describe('serve', () => {
  it('keeps what pages upload in a folder, and its secret in a hidden one', async () => {
    const { relay } = await start({ root: files() });
    assert.match(relay, /^http:\/\/127\.0\.0\.1:\d+\/relay$/);
    await upload(relay, 'a.txt');
    assert.equal(await readFile(join(files(), 'a.txt'), 'utf8'), 'data');
    assert.deepEqual((await readdir(files())).sort(), ['.ferrykit', 'a.txt']);
    const secret = join(files(), '.ferrykit', 'relay', 'secret');
    assert.equal((await stat(secret)).mode & 0o777, 0o600);
    assert.ok((await readFile(secret)).length >= 32);
  });

  it('goes on with what was begun before it was started anew', async () => {
    const { relay } = await start({ root: files() });
    const before = relayBackend({ url: relay, backend: 'disk' });
    const { ticket, first } = await ticketOf(before.init({ name: 'a', size: 4, type: '' }, { folder: ROOT, conflict: 'ask' }));
    const body = await (await fetch(first?.url ?? '', { method: 'PUT', body: 'data' })).text();
    await serving?.close();
    const again = await start({ root: files() });
    const after = relayBackend({ url: again.relay, backend: 'disk' });
    assert.ok('item' in (await after.complete(ticket, [{ number: 1, start: 0, end: 4, body }], {})));
  });

  it('makes one secret where several start at once', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => serve({ port: 0, root: files() })));
    try {
      const accounts = await Promise.all(all.map(({ relay }) => relayBackend({ url: relay, backend: 'disk' }).capabilities({})));
      assert.equal(new Set(accounts.map(({ account }) => account)).size, 1);
      assert.deepEqual(await readdir(join(files(), '.ferrykit', 'relay')), ['secret']);
    } finally {
      await Promise.all(all.map((one) => one.close()));
    }
  });

  it('serves other backends beside it, with routes and pages', async () => {
    const pages = join(dir, 'pages');
    await mkdir(join(pages, 'sub'), { recursive: true });
    await mkdir(join(dir, 'more'));
    await writeFile(join(pages, 'index.html'), '<h1>Hello</h1>');
    await writeFile(join(pages, 'sub', 'ü b.css'), 'a{}');
    await writeFile(join(pages, '.hidden'), 'hidden');
    await writeFile(join(dir, 'more', 'x.txt'), 'more');
    await writeFile(join(dir, 'outside.txt'), 'outside');
    await symlink(join(dir, 'outside.txt'), join(pages, 'link.txt'));
    const { url, relay } = await start({
      root: files(),
      backends: { files: memory() },
      pages: { '/': pages, '/more': join(dir, 'more') },
      routes: (request) => (new URL(request.url).pathname === '/hello' ? new Response('routed') : undefined),
      path: '/api/files',
    });
    assert.ok(relay.endsWith('/api/files'));
    await upload(relay, 'a.txt', 'files');
    await upload(relay, 'a.txt', 'disk');
    const get = async (path: string): Promise<[number, string, string | null]> => {
      const response = await fetch(url + path);
      return [response.status, await response.text(), response.headers.get('content-type')];
    };
    assert.deepEqual(await get('/'), [200, '<h1>Hello</h1>', 'text/html; charset=utf-8']);
    assert.deepEqual(await get('/sub/%C3%BC%20b.css'), [200, 'a{}', 'text/css; charset=utf-8']);
    assert.deepEqual(await get('/more/x.txt'), [200, 'more', 'text/plain; charset=utf-8']);
    assert.equal((await get('/hello'))[1], 'routed');
    for (const path of [
      '/nothing',
      '/sub',
      '/.hidden',
      '/link.txt',
      '/%2e%2e/outside.txt',
      '/..%2foutside.txt',
      '/%5c..%5coutside.txt',
      '/a%00',
      '/%ff',
      '/more',
    ]) {
      assert.equal((await get(path))[0], 404, path);
    }
    assert.equal((await fetch(url, { method: 'POST' })).status, 404);
  });

  it('refuses to let everybody in from elsewhere, unless told so', async () => {
    await assert.rejects(serve({ root: files(), host: '0.0.0.0', port: 0 }), /can be reached by others/);
    await assert.rejects(serve({ port: 0 }), /nothing to serve/);
    await start({ root: files(), host: '0.0.0.0', open: true });
    await serving?.close();
    await start({ root: files(), host: '0.0.0.0', authorize: () => ({ user: 'anna' }) });
  });

  it("does nothing for a page that gave its own name this machine's address", async () => {
    const { url, relay } = await start({ root: files() });
    const status = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const headers = { host, origin: `http://${host}`, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };
        const request = httpRequest(relay, { method: 'POST', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        request.on('error', reject);
        request.end(JSON.stringify([{ n: 0, backend: 'disk', call: 'quota', args: [] }]));
      });
    const { port } = new URL(url);
    assert.equal(await status(`evil.example:${port}`), 421);
    assert.equal(await status('localhost.evil.example'), 421);
    assert.equal(await status(`localhost:${port}`), 200);
    assert.equal(await status(`127.0.0.1:${port}`), 200);
    assert.equal(await status(`[::1]:${port}`), 200);
  });

  it('ends a body that has stopped, but not one that is slow, nor an answer that takes its time', async () => {
    const slow = memory();
    const { relay } = await start({ backends: { files: slow }, secret: SECRET, idle: 0.4 });
    const one = relayBackend({ url: relay, backend: 'files' });
    const open = async (name: string): Promise<{ url: URL; ticket: unknown }> => {
      const { ticket, first } = await ticketOf(one.init({ name, size: 10, type: '' }, { folder: ROOT, conflict: 'ask' }));
      return { url: new URL(first?.url ?? ''), ticket };
    };
    const send = async (url: URL): Promise<{ socket: ReturnType<typeof connect>; heard: () => string }> => {
      const socket = connect(Number(url.port), '127.0.0.1');
      let heard = '';
      socket.on('data', (data) => (heard += String(data)));
      socket.on('error', () => undefined);
      socket.write(`PUT ${url.pathname} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 10\r\n\r\n`);
      await once(socket, 'connect');
      return { socket, heard: () => heard };
    };
    const stopped = await open('stopped');
    const { socket } = await send(stopped.url);
    socket.write('abc');
    const began = performance.now();
    await once(socket, 'close');
    assert.ok(performance.now() - began < 5000);

    const going = await open('going');
    const lane = await send(going.url);
    for (const letter of 'abcdefghij') {
      lane.socket.write(letter);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    assert.match(lane.heard(), /^HTTP\/1.1 200/);
    lane.socket.destroy();

    slow.knobs.delay = 900;
    await one.quota();
  });
});

describe('serve with links', () => {
  it('sends what is in the folder, by mail and as others reach it, and takes what was asked for', async () => {
    const catcher = await startCatcher();
    try {
      const { url, relay } = await start({
        root: files(),
        mail: { smtp: catcher.url, from: 'files@example.com' },
        publicUrl: 'https://files.example.com/',
        proxied: true,
      });
      await upload(relay, 'a.txt');
      const one = relayBackend({ url: relay, backend: 'disk' });
      const [item] = (await one.list(ROOT, {})).items;
      assert.ok(item);
      assert.ok(item.can.includes('send'));
      const to = [{ kind: 'email' as const, email: 'one@example.com' }];
      const { link = '' } = await one.send({ items: [item], recipients: to, password: 'right', operation: 'operation 1' });
      assert.match(link, /^https:\/\/files\.example\.com\/relay\/links\/[\w-]{22}$/);
      assert.ok(catcher.mails[0]?.text.includes(link));

      // As a proxy asks: under the public name, with the visitor's address.
      const local = link.replace('https://files.example.com', url);
      const ask = (from: string, method = 'POST'): Promise<{ status: number; cookie: string }> =>
        new Promise((resolve, reject) => {
          const headers = {
            host: 'files.example.com',
            'x-forwarded-for': `192.0.2.9, ${from}`,
            'content-type': 'application/x-www-form-urlencoded',
          };
          httpRequest(local, { method, headers }, (response) => {
            resolve({ status: response.statusCode ?? 0, cookie: String(response.headers['set-cookie'] ?? '') });
            response.resume();
          })
            .on('error', reject)
            .end(method === 'POST' ? 'password=wrong' : undefined);
        });
      assert.equal((await ask('192.0.2.1', 'GET')).status, 200);
      const guesses = await Promise.all(Array.from({ length: 12 }, () => ask('192.0.2.1')));
      assert.equal(guesses.filter(({ status }) => status === 429).length, 2);
      assert.equal((await ask('192.0.2.2')).status, 403);

      const { link: asked = '' } = await one.request({ folder: ROOT, title: 'Photos', recipients: [], operation: 'operation 2' });
      const guest = relayBackend({ url: relay, backend: 'disk', headers: { 'x-ferry-link': asked.slice(-22) } });
      const { ticket, first } = await ticketOf(guest.init({ name: 'a.txt', size: 4, type: '' }, { folder: ROOT, conflict: 'rename' }));
      const body = await (await fetch(first?.url ?? '', { method: 'PUT', body: 'more' })).text();
      await guest.complete(ticket, [{ number: 1, start: 0, end: 4, body }], {});
      await assert.rejects(guest.list(ROOT, {}), { code: 'forbidden' });
      assert.equal(await readFile(join(files(), 'a (1).txt'), 'utf8'), 'more');
    } finally {
      await catcher.close();
    }
  });

  it('makes links without a mail server too, under its own address, and refuses settings that cannot be', async () => {
    const { relay } = await start({ root: files() });
    await upload(relay, 'a.txt');
    const one = relayBackend({ url: relay, backend: 'disk' });
    const { items } = await one.list(ROOT, {});
    const { link = '' } = await one.send({ items, recipients: [], operation: 'operation 1' });
    assert.ok(link.startsWith(`${relay}/links/`));
    assert.ok((await (await fetch(link)).text()).includes('a.txt'));
    await serving?.close();
    await assert.rejects(serve({ root: files(), publicUrl: 'files.example.com' }), /is no address/);
    await assert.rejects(serve({ root: files(), mail: { smtp: 'mail.example.com', from: 'a@b.c' } }), /mail server has no address/);
    await assert.rejects(serve({ root: files(), mail: { smtp: 'smtp://mail.example.com', from: 'Files' } }), /is no sender/);
    serving = undefined;
  });
});

describe('ferrykit serve', () => {
  const COMMAND = fileURLToPath(new URL('../../src/relay/command.ts', import.meta.url));
  const run = (...args: string[]): ReturnType<typeof spawn> =>
    spawn(process.execPath, ['--import', import.meta.resolve('tsx'), COMMAND, ...args], { cwd: dir });
  const ended = async (child: ReturnType<typeof spawn>): Promise<{ code: unknown; out: string; error: string }> => {
    let [out, error] = ['', ''];
    child.stdout?.on('data', (text) => (out += String(text)));
    child.stderr?.on('data', (text) => (error += String(text)));
    const [code] = (await once(child, 'close')) as unknown[];
    return { code, out, error };
  };

  it('serves a folder, says where, and ends when told', async () => {
    await writeFile(join(dir, 'ferrykit.config.mjs'), 'export default { path: "/there", port: 1 };');
    const child = run('serve', '--root', './files', '--port', '0');
    let out = '';
    const address = await new Promise<string>((resolve) => {
      child.stdout?.on('data', (text) => {
        out += String(text);
        const found = /http:\S+\/there/.exec(out);
        if (found) resolve(found[0]);
      });
    });
    await upload(address, 'a.txt');
    assert.equal(await readFile(join(files(), 'a.txt'), 'utf8'), 'data');
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  it('says what is wrong with what it was told', async () => {
    for (const [args, error] of [
      [['serve'], /nothing to serve/],
      [['serve', '--root', 'files', '--port', 'many'], /--port many: expected is a number/],
      [['serve', '--root', 'files', '--host', '0.0.0.0'], /can be reached by others/],
      [['serve', '--config', 'nowhere.mjs'], /nowhere.mjs/],
      [['fly'], /"fly" is no command/],
      [['serve', '--root', 'files', '--smtp', 'smtp://mail.example.com'], /--smtp and --from go together/],
      [['serve', '--colour'], /--colour/],
    ] as const) {
      const { code, error: said } = await ended(run(...args));
      assert.equal(code, 1);
      assert.match(said, error);
      assert.ok(!said.includes('    at '), 'a sentence and not a stack');
    }
    assert.match((await ended(run('--help'))).out, /ferrykit serve --root/);
  });
});
