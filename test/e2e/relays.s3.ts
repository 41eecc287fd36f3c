import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { s3, sweepS3 } from '../../src/adapters/s3.js';
import { digest, ground, MIB } from '../adapters/s3.ground.js';
import { take } from '../contract/bytes.js';
import { ask } from '../tools/bucket.js';
import { launch } from '../tools/engines.js';
import { balance, type Balancer } from './balancer.js';
import type { RelayGiven, RelaySaid } from './relay.child.js';

const COUNT = 200;
/** Uploads after which a relay dies. */
const EARLY = 60;

/** What the page has told. */
interface Told {
  uploaded: string[];
  failed: unknown[];
  ended: boolean;
}

const { ceph, options } = await ground();

/** Every so many-th file comes in parts; the others go as forms, some of them empty. */
const sizeOf = (index: number): number => (index % 14 === 3 ? 5 * MIB + index : (index * 397) % 40_000);

describe('two relays behind one address', { concurrency: false }, () => {
  const place = options();
  const prefix = place.prefix ?? '';
  const relays: (RelaySaid & { child: ChildProcess })[] = [];
  /** Name → sha-256 of what is to arrive. */
  const wanted: Record<string, string> = {};
  let files: string;
  let balancer: Balancer;
  let browser: Browser;
  let page: Page;
  before(async () => {
    files = await mkdtemp(join(tmpdir(), 'ferrykit-files-'));
    for (let index = 0; index < COUNT; index += 1) {
      const [name, bytes] = [`file ${String(index)}.bin`, randomBytes(sizeOf(index))];
      wanted[name] = digest(bytes);
      await writeFile(join(files, name), bytes);
    }
    const given: RelayGiven = { place, secret: 'a secret of at least thirty-two bytes' };
    for (let index = 0; index < 2; index += 1) {
      const child = fork(fileURLToPath(new URL('relay.child.ts', import.meta.url)), [JSON.stringify(given)], {
        execArgv: ['--import', 'tsx'],
      });
      const [said] = (await once(child, 'message')) as [RelaySaid];
      relays.push({ ...said, child });
    }
    balancer = await balance(relays.map(({ url }) => url));
    browser = await launch('chromium');
    page = await browser.newPage();
  });
  after(async () => {
    await browser.close();
    await balancer.close();
    for (const { child, root } of relays) {
      child.kill('SIGKILL');
      await rm(root, { recursive: true, force: true });
    }
    await rm(files, { recursive: true, force: true });
  });

  /** What lies in the bucket, but for what the relays remember. */
  const keys = async (below = ''): Promise<string[]> => {
    const listing = await ask(ceph, 'GET', `${place.bucket}?list-type=2&prefix=${encodeURIComponent(prefix + below)}`);
    return [...listing.matchAll(/<Key>([^<]*)<\/Key>/g)]
      .map(([, key = '']) => key.slice(prefix.length))
      .filter((key) => !key.includes('/store/'));
  };

  test(`one of which is killed in the middle of ${String(COUNT)} uploads: each arrives once, byte for byte`, async () => {
    await page.goto(`${balancer.url}/upload/s3?multiple`);
    await page.evaluate(() => {
      const told: Told = { uploaded: [], failed: [], ended: false };
      Object.assign(window, { told });
      const element = document.querySelector('ferry-upload');
      element?.addEventListener('ferry-uploaded', ({ detail }) => told.uploaded.push(detail.item?.name ?? ''));
      element?.addEventListener('ferry-failed', ({ detail }) => told.failed.push([detail.file.name, detail.code]));
      element?.addEventListener('ferry-completed', () => (told.ended = true));
    });
    const told = (): Promise<Told> => page.evaluate(() => (window as unknown as { told: Told }).told);
    await page
      .locator('ferry-upload input[type=file]')
      .first()
      .setInputFiles(Object.keys(wanted).map((name) => join(files, name)));
    const [first] = relays;
    assert.ok(first);
    while ((await told()).uploaded.length < EARLY || !balancer.busy[0]) await page.waitForTimeout(5);
    const gone = once(first.child, 'exit');
    first.child.kill('SIGKILL');
    assert.deepEqual(await gone, [null, 'SIGKILL']);
    assert.ok((await told()).uploaded.length < COUNT - EARLY, 'it died in the middle');
    await page.waitForFunction(() => (window as unknown as { told: Told }).told.ended, undefined, { timeout: 120_000 });
    const { uploaded, failed } = await told();
    assert.deepEqual(failed, []);
    assert.deepEqual(uploaded.sort(), Object.keys(wanted).sort());
    assert.ok(balancer.lost.length > 0, 'it died with something to do');
    assert.equal(balancer.alive(), 1);
    const backend = s3(place);
    const arrived: Record<string, string> = {};
    for (const name of Object.keys(wanted)) arrived[name] = digest(await take(backend, { id: name }));
    assert.deepEqual(arrived, wanted);
  });

  test('nothing is left behind but what the sweep takes', async () => {
    const open = async (): Promise<number> => (await ask(ceph, 'GET', `${place.bucket}?uploads`)).split('<UploadId>').length - 1;
    const [opened, hidden] = [await open(), (await keys('.ferrykit/')).length];
    assert.equal((await sweepS3({ ...place, now: Date.now() + 8 * 86_400_000 })).swept, opened + hidden);
    assert.equal(await open(), 0);
    assert.deepEqual((await keys()).sort(), Object.keys(wanted).sort());
  });
});
