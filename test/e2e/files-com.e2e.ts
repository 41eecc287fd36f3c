import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Browser, Page, Request } from 'playwright-core';
import { filesCom, login } from '../../src/adapters/files-com.js';
import { startFilesCom, type FilesCom } from '../services/files-com/files-com.js';
import { CREDENTIALS } from '../services/files-com/seed.js';
import { ROOT } from '../tools/checkout.mjs';
import { launch } from '../tools/engines.js';
import { forwardByNode } from '../../src/relay/forward.js';
import { drop, ended } from './acting.js';
import { countBytes } from './received.js';
import { digests, openSite, type Site } from './site.js';

const MIB = 2 ** 20;
const SIZES = { 'empty.bin': 0, 'one byte.bin': 1, 'one part.bin': 5 * MIB, 'a part and a byte.bin': 5 * MIB + 1, '12.bin': 12 * MIB };

describe('<ferry-upload> to Files.com, through the relay', { concurrency: false }, () => {
  let browser: Browser;
  let service: FilesCom;
  let site: Site;
  let folder: string;
  let page: Page;
  /** What the page has asked for since it was opened. */
  let requests: Request[];
  /** Bytes of parts that the relay has sent on since then. */
  let sentOn: number;

  before(async () => {
    browser = await launch('chromium');
    service = await startFilesCom();
    folder = await mkdtemp(join(tmpdir(), 'ferrykit-files-com-'));
    const backend = filesCom({ url: service.url, apiKey: CREDENTIALS.siteKey });
    site = await openSite({
      backends: { 'files-com': backend },
      storage: [service.storageUrl, service.url],
      pages: { '/dist': join(ROOT, 'dist') },
      forward: (request, bytes) => {
        sentOn += request.length;
        return forwardByNode(request, bytes);
      },
    });
  });
  after(async () => {
    await browser.close();
    await site.remove();
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    page = await browser.newPage();
    await page.goto(`${site.url}/upload/files-com?${encodeURIComponent('multiple conflict=replace')}`);
    await page.locator('ferry-upload').getByText('Drop files or folders here').waitFor();
    service.knobs.clear();
    requests = [];
    sentOn = 0;
    page.on('request', (request) => requests.push(request));
  });
  afterEach(() => page.close());

  /** Writes files of random bytes below the folder. */
  const lay = async (below: string, sizes: Record<string, number>): Promise<string> => {
    const path = join(folder, below);
    for (const [name, size] of Object.entries(sizes)) {
      await mkdir(join(path, name, '..'), { recursive: true });
      await writeFile(join(path, name), randomBytes(size));
    }
    return path;
  };
  const choose = (paths: string[]): Promise<void> => page.locator('ferry-upload input[type=file]').first().setInputFiles(paths);
  /** Asserts that every file below a local folder is at the service, byte for byte. */
  const arrived = async (local: string): Promise<void> => {
    for (const [path, digest] of Object.entries(await digests(local))) assert.equal(await service.state.sha256(path), digest, path);
  };
  const parts = () => service.knobs.seen(/^storage PUT/);
  const toRelay = () => requests.filter((request) => new URL(request.url()).origin === site.url);
  const relayed = () => toRelay().filter((request) => new URL(request.url()).pathname.startsWith('/relay/bytes/'));

  it('brings files of every size byte for byte, straight to the storage', async () => {
    const sizes = { ...SIZES, '200.bin': 200 * MIB };
    const local = await lay('sizes', sizes);
    const heard = countBytes(site.url);
    const end = ended(page);
    await choose(Object.keys(sizes).map((name) => join(local, name)));
    assert.deepEqual(await end, { uploaded: 6, failed: 0 });
    const bytes = heard();
    await arrived(local);
    const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    assert.equal(
      parts().reduce((sum, { received }) => sum + received, 0),
      total,
    );
    assert.ok(
      parts().every(({ headers }) => headers['origin'] === site.url),
      'the page itself has sent every part',
    );
    assert.deepEqual([relayed(), sentOn], [[], 0], 'no byte of a part passes the relay');
    assert.ok(bytes > 0 && bytes < MIB, `calls with all their headers are what the relay has heard, ${String(bytes)} bytes`);
  });

  it('asks three times for a file of one part: to begin it, to bring it, and to complete it', async () => {
    const local = await lay('three', { 'three.bin': 5 * MIB });
    const end = ended(page);
    await choose([join(local, 'three.bin')]);
    assert.deepEqual(await end, { uploaded: 1, failed: 0 });
    await arrived(local);
    const where = requests.map((request) => `${request.method()} ${new URL(request.url()).origin}`);
    assert.deepEqual(where, [`POST ${site.url}`, `PUT ${service.storageUrl}`, `POST ${site.url}`]);
  });

  it('brings a folder of 300 files, with at most three requests each', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `year ${String(2000 + (index % 7))}/${String(index)} ü 100 %.txt`);
    const local = await lay('tree', Object.fromEntries(names.map((name, index) => [`dropped/${name}`, index])));
    const end = ended(page);
    await drop(page, [join(local, 'dropped')]);
    assert.deepEqual(await end, { uploaded: 300, failed: 0 });
    await arrived(local);
    assert.equal(parts().length, 300);
    assert.ok(requests.length <= 3 * 300, String(requests.length));
    assert.deepEqual([relayed(), sentOn], [[], 0]);
  });

  it('goes round by the relay where the storage lets no page in', async () => {
    service.knobs.cors['storage'] = false;
    try {
      const local = await lay('round', { 'small.bin': 1, 'large.bin': 12 * MIB });
      const end = ended(page);
      await choose([join(local, 'small.bin'), join(local, 'large.bin')]);
      assert.deepEqual(await end, { uploaded: 2, failed: 0 });
      await arrived(local);
      assert.ok(relayed().length >= 4);
      assert.ok(sentOn >= 12 * MIB + 1);
      assert.ok(
        parts().every(({ headers }) => headers['origin'] === undefined),
        'the relay alone has reached the storage',
      );
    } finally {
      service.knobs.cors['storage'] = true;
    }
  });

  it('goes without a relay from the page of a visitor who has signed in, by their own session', async () => {
    const session = await login('editor', CREDENTIALS.password, undefined, { url: service.url });
    await page.evaluate(
      async ({ url, sessionId, username }) => {
        const adapter = '/dist/adapters/files-com.js';
        const module = (await import(adapter)) as typeof import('../../src/adapters/files-com.js');
        const provider = document.querySelector('ferry-provider');
        if (!provider) throw new Error('There is no provider.');
        provider.backend = module.filesCom({ url, sessionId, username });
        provider.folder = { id: 'docs' };
        await provider.updateComplete;
      },
      { url: service.url, ...session },
    );
    requests.length = 0;
    service.knobs.clear();
    const local = await lay('signed in', { 'docs/small.bin': 10, 'docs/large.bin': 6 * MIB });
    const end = ended(page);
    await choose([join(local, 'docs/small.bin'), join(local, 'docs/large.bin')]);
    assert.deepEqual(await end, { uploaded: 2, failed: 0 });
    await arrived(local);
    assert.deepEqual(toRelay(), []);
    const asked = service.knobs.seen(/^api POST/);
    assert.ok(asked.length >= 4 && asked.every(({ headers }) => headers['x-filesapi-auth'] === session.sessionId));
  });

  it('says the rules of a folder before anything is chosen, and refuses by them before anything is asked', async () => {
    await page.evaluate(async () => {
      const { ferrykit } = window as unknown as { ferrykit: typeof import('../../src/index.js') };
      const backend = ferrykit.relayBackend({ url: '/relay', backend: 'files-com' });
      let at = ferrykit.ROOT;
      for (const name of ['rules', 'tables']) {
        const found = (await backend.list(at, {})).items.find((item) => item.name === name);
        if (!found) throw new Error(`There is no "${name}".`);
        at = found;
      }
      const provider = document.querySelector('ferry-provider');
      if (provider) provider.folder = at;
    });
    const element = page.locator('ferry-upload');
    await element.getByText('Takes xls and csv · deleted after 30 days').waitFor();
    requests.length = 0;
    const local = await lay('rules', { 'notes.txt': 10, 'rules/tables/figures.csv': 10 });
    await choose([join(local, 'notes.txt')]);
    await element.getByText('notes.txt · This kind of file is not taken: takes xls and csv').waitFor();
    assert.deepEqual(requests, []);
    const end = ended(page);
    await choose([join(local, 'rules/tables/figures.csv')]);
    assert.deepEqual(await end, { uploaded: 1, failed: 0 });
    await rm(join(local, 'notes.txt'));
    await arrived(local);
    assert.equal(service.state.tree.find('rules/tables/notes.txt'), undefined);
  });
});
