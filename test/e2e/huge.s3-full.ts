import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { s3 } from '../../src/adapters/s3.js';
import { ROOT } from '../../src/backend/item.js';
import { ground, MIB } from '../adapters/s3.ground.js';
import { launch } from '../tools/engines.js';
import { ended } from './acting.js';
import { openSite } from './site.js';

const SIZE = 2048 * MIB;
const NAME = 'two gibibytes.bin';

// It is all kept in memory.
const { options } = await ground({ gigabytes: 8 });

/** Writes bytes that nobody has seen; answers their SHA-256. */
async function fill(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  const block = randomBytes(16 * MIB);
  for (let at = 0; at < SIZE; at += block.length) {
    // Each block is another one.
    block.writeUInt32BE(at / block.length);
    hash.update(block);
    await file.write(block);
  }
  await file.close();
  return hash.digest('hex');
}

test('a file of 2 GiB goes from a page in Chromium to the store, and comes back with the same SHA-256', async (t) => {
  const files = await mkdtemp(join(tmpdir(), 'ferrykit-files-'));
  t.after(() => rm(files, { recursive: true, force: true }));
  const digest = await fill(join(files, NAME));
  const place = options();
  const backend = s3(place);
  const site = await openSite({ backends: { s3: backend }, storage: [place.endpoint] });
  t.after(() => site.remove());
  const browser = await launch('chromium');
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${site.url}/upload/s3?multiple`);
  const end = ended(page);
  await page.locator('ferry-upload input[type=file]').first().setInputFiles(join(files, NAME));
  assert.deepEqual(await end, { uploaded: 1, failed: 0 });
  const { items } = await backend.list(ROOT, {});
  assert.deepEqual(
    items.map(({ name, size }) => [name, size]),
    [[NAME, SIZE]],
  );
  const [download] = await backend.download(items);
  const { body } = await fetch(download?.url ?? '');
  const hash = createHash('sha256');
  for await (const chunk of body ?? []) hash.update(chunk as Uint8Array);
  assert.equal(hash.digest('hex'), digest);
  await backend.remove(items, { recursive: false });
});
