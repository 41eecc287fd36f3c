import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pour } from '../../src/adapters/disk.bytes.js';
import { noise, streamOf } from './disk.ground.js';

const MIB = 2 ** 20;

async function emptyFile(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'ferrykit-bytes-'));
  const path = join(folder, 'file');
  const handle = await open(path, 'w');
  t.after(async () => {
    await handle.close();
    await rm(folder, { recursive: true });
  });
  return { path, handle };
}

test('the disk takes a long part while it comes', async (t) => {
  const { path, handle } = await emptyFile(t);
  const flush = handle.datasync.bind(handle);
  let flushes = 0;
  handle.datasync = () => (flushes++, flush());
  const bytes = noise(30 * MIB);
  await pour(streamOf(bytes), handle, 0, bytes.length, new AbortController().signal);
  assert.ok(flushes > 0 && flushes < 4, `${flushes} flushes`);
  assert.ok((await readFile(path)).equals(bytes));
});

test('a flush that fails on the way fails the part', async (t) => {
  const { handle } = await emptyFile(t);
  handle.datasync = () => Promise.reject(new Error('EIO'));
  const bytes = noise(12 * MIB);
  await assert.rejects(pour(streamOf(bytes), handle, 0, bytes.length, new AbortController().signal), /EIO/);
});
