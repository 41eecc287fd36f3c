import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { s3 } from '../../src/adapters/s3.js';
import { ROOT } from '../../src/backend/item.js';
import { BackendError } from '../../src/backend/errors.js';
import { serve, type Serving } from '../../src/relay/serve.js';
import { memoryStore } from '../../src/relay/store.js';
import { digest, ground, MIB } from '../adapters/s3.ground.js';
import { launch } from '../tools/engines.js';
import { choose, ended, makeUppyPage, type UppyPage } from './uppy.page.js';

/** Who may do what: the keys below these folders, and one whose files may not be large. */
const USERS: Record<string, { root: string; limits?: { maxFileSize: number } }> = {
  anna: { root: 'anna/' },
  ben: { root: 'ben/' },
  small: { root: 'small/', limits: { maxFileSize: 10 } },
};

const { options } = await ground();

describe('@uppy/aws-s3 with signatures of the relay', { concurrency: false }, () => {
  let site: Serving;
  let browser: Browser;
  let page: Page;
  let pages: UppyPage;
  let files: string;
  const place = options();
  const backend = s3(place);
  before(async () => {
    pages = await makeUppyPage();
    files = await mkdtemp(join(tmpdir(), 'ferrykit-files-'));
    site = await serve({
      port: 0,
      pages: pages.folder,
      backends: { s3: backend },
      store: memoryStore(),
      secret: 'a secret of at least thirty-two bytes',
      authorize: (request) => {
        const who = request.headers.get('authorization') ?? '';
        if (!USERS[who]) throw new BackendError('unauthorized', 'Sign in first.');
        return { user: who, ...USERS[who] };
      },
    });
    for (const user of Object.keys(USERS)) await backend.createFolder(ROOT, user, { conflict: 'ask' });
    browser = await launch('chromium');
    page = await browser.newPage();
  });
  after(async () => {
    await browser.close();
    await site.close();
    await pages.remove();
    await rm(files, { recursive: true, force: true });
  });

  const sign = (who: string, asked: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${site.relay}/presign/s3`, {
      method: 'POST',
      headers: { authorization: who, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(asked),
    });
  const stored = async (user: string): Promise<Record<string, string>> => {
    const { items } = await backend.list({ id: USERS[user]!.root }, {});
    const all = items.map(async ({ id, name }): Promise<[string, string]> => {
      const [one] = await backend.download([{ id }]);
      return [name, digest(new Uint8Array(await (await fetch(one!.url)).arrayBuffer()))];
    });
    return Object.fromEntries(await Promise.all(all));
  };

  test('brings small, empty and large files into the folder of the user', async () => {
    const contents: Record<string, Buffer> = {
      'empty.bin': Buffer.alloc(0),
      'one.bin': randomBytes(1),
      'ü 日本 a b+c%.bin': randomBytes(1000),
      'parts.bin': randomBytes(12 * MIB + 1),
    };
    for (const [name, bytes] of Object.entries(contents)) await writeFile(join(files, name), bytes);
    await page.goto(`${site.url}/?kind=s3&who=anna`);
    await choose(
      page,
      Object.keys(contents).map((name) => join(files, name)),
    );
    assert.deepEqual(await ended(page, 4), { done: Object.keys(contents).sort(), failed: [] });
    assert.deepEqual(await stored('anna'), Object.fromEntries(Object.entries(contents).map(([name, bytes]) => [name, digest(bytes)])));
    assert.deepEqual(await stored('ben'), {});
  });

  test('who may not upload is told so, in the words of the relay', async () => {
    await page.goto(`${site.url}/?kind=s3&who=nobody`);
    await choose(page, [join(files, 'one.bin')]);
    assert.deepEqual(await ended(page, 1), { done: [], failed: ['Sign in first.'] });
  });

  test('signs nothing but uploads below the folder of the user', async () => {
    const prefix = place.prefix ?? '';
    const refused: [asked: object, status: number][] = [
      [{ method: 'PUT', key: '../ben/a.txt' }, 400],
      [{ method: 'PUT', key: '.' }, 400],
      [{ method: 'PUT', key: 'folder/' }, 403],
      [{ method: 'GET', key: 'one.bin' }, 400],
      [{ method: 'DELETE', key: `${prefix}anna/one.bin` }, 400],
      [{ method: 'DELETE', key: `${prefix}ben/one.bin`, uploadId: 'x' }, 403],
      [{ method: 'PUT', key: `${prefix}anna/one.bin`, uploadId: 'x' }, 400],
      [{ method: 'PUT', key: `${prefix}anna/one.bin`, uploadId: 'x', partNumber: 10_001 }, 400],
      [{ method: 'POST', key: 'elsewhere/anna/one.bin', uploadId: 'x' }, 403],
      [{ method: 'PATCH', key: 'one.bin' }, 400],
      [{ method: 'PUT' }, 400],
    ];
    for (const [asked, status] of refused) {
      const response = await sign('anna', asked);
      assert.equal(response.status, status, `${JSON.stringify(asked)}: ${await response.text()}`);
    }
    assert.equal((await sign('anna', { method: 'PUT', key: 'fine.txt' })).status, 200);
    assert.equal((await sign('nobody', { method: 'PUT', key: 'fine.txt' })).status, 401);
    assert.equal((await sign('anna', { method: 'PUT', key: 'a' }, { origin: 'https://evil.example' })).status, 403);
    assert.equal((await sign('anna', { method: 'PUT', key: 'a' }, { 'content-type': 'text/plain' })).status, 400);
  });

  test('a user with limits is refused, because they could not be held', async () => {
    const response = await sign('small', { method: 'PUT', key: 'a.txt' });
    assert.deepEqual([response.status, ((await response.json()) as { error: { code: string } }).error.code], [400, 'unsupported']);
  });

  test('a signed key in the hidden folder of the backend is refused', async () => {
    for (const user of ['anna', 'ben']) assert.notEqual((await sign(user, { method: 'PUT', key: '../.ferrykit/store/x' })).status, 200);
  });
});
