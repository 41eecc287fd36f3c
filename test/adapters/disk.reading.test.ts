import assert from 'node:assert/strict';
import { readdir, readlink, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { diskError } from '../../src/adapters/disk.errors.js';
import { disk } from '../../src/adapters/disk.js';
import { BackendError, isBackendError } from '../../src/backend/errors.js';
import { codeOf, ground, namesIn, noise, ok, store, textOf } from './disk.ground.js';

/** How many of this process' open files lie below a folder. */
async function openBelow(folder: string): Promise<number> {
  const files = await readdir('/proc/self/fd');
  const paths = await Promise.all(files.map((file) => readlink(`/proc/self/fd/${file}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(folder)).length;
}

test('any range is what it says, and ends with the file', async (t) => {
  const { backend } = await ground(t);
  await store(backend, 'digits', '0123456789');
  for (const [start, end, text] of [
    [0, undefined, '0123456789'],
    [0, 0, ''],
    [3, 7, '3456'],
    [9, 10, '9'],
    [5, 100, '56789'],
    [10, undefined, ''],
    [10, 20, ''],
  ] as const)
    assert.equal(await textOf(backend, 'digits', { start, ...(end !== undefined && { end }) }), text, `${start} to ${end}`);
  for (const range of [{ start: 11 }, { start: -1 }, { start: 5, end: 4 }, { start: 0.5 }, { start: NaN }])
    assert.equal(await codeOf(textOf(backend, 'digits', range)), 'invalid', JSON.stringify(range));
  assert.equal(await codeOf(textOf(backend, 'nothing')), 'not-found');
  assert.equal(await codeOf(textOf(backend, '')), 'invalid');
});

test('a file that becomes shorter while it is read is told, and every end closes it', async (t) => {
  const { root, backend } = await ground(t);
  await store(backend, 'large.bin', noise(3 * 2 ** 20));
  const open = async (signal?: AbortSignal) => {
    const stream = await backend.read?.({ id: 'large.bin' }, { start: 0 }, { signal });
    ok(stream);
    const reader = stream.getReader();
    ok((await reader.read()).value?.length);
    return reader;
  };
  const cancelled = await open();
  const abort = new AbortController();
  const aborted = await open(abort.signal);
  const shortened = await open();
  assert.equal(await openBelow(root), 3);
  await cancelled.cancel();
  abort.abort();
  await assert.rejects(aborted.read(), (error) => isBackendError(error) && error.code === 'aborted');
  await truncate(join(root, 'large.bin'), 10);
  await assert.rejects(
    async () => {
      for (;;) if ((await shortened.read()).done) return;
    },
    (error) => isBackendError(error) && error.code === 'changed',
  );
  await textOf(backend, 'large.bin');
  assert.equal(await openBelow(root), 0);
});

test('what the file system answers is told by code, and nothing of the paths on the server', () => {
  const codes = {
    ENOENT: 'not-found',
    ENOTDIR: 'not-found',
    ELOOP: 'not-found',
    EEXIST: 'exists',
    ENOTEMPTY: 'exists',
    ENOSPC: 'quota',
    EDQUOT: 'quota',
    EFBIG: 'too-large',
    EACCES: 'forbidden',
    EPERM: 'forbidden',
    EROFS: 'forbidden',
    ENAMETOOLONG: 'invalid',
    EXDEV: 'unsupported',
    EIO: 'server',
    EMFILE: 'server',
  };
  for (const [errno, code] of Object.entries(codes)) {
    const error = diskError(Object.assign(new Error(`${errno}: at /srv/secret/path`), { code: errno }), 'The deed');
    assert.equal(error.code, code, errno);
    ok(!error.message.includes('/srv'), error.message);
  }
  assert.equal(diskError(new TypeError('/srv/secret/path is undefined'), 'The deed').message.includes('/srv'), false);
  const own = new BackendError('locked', 'own');
  assert.equal(diskError(own, 'The deed'), own);
});

test('room is told, and a file that cannot fit is refused before its bytes', async (t) => {
  const { backend } = await ground(t);
  const { storageLeft = 0, storageUsed = 0 } = await backend.quota();
  ok(storageLeft > 0 && storageUsed > 0);
  const where = { folder: { id: '' }, conflict: 'ask' } as const;
  assert.equal(await codeOf(backend.init({ name: 'x', size: 2 ** 43, type: '' }, where)), 'quota');
});

test('options that no disk could follow are refused at once', () => {
  for (const options of [{ root: '' }, { root: 'x', maxFileSize: 0 }, { root: 'x', partSize: 0.5 }, { root: 'x', answerWithin: NaN }])
    assert.throws(
      () => disk(options),
      (error) => isBackendError(error) && error.code === 'invalid',
      JSON.stringify(options),
    );
});

test('a root that is missing is made, and one that cannot be made is told', async (t) => {
  const { base, again } = await ground(t);
  const backend = again({ root: join(base, 'deep/new') });
  assert.deepEqual(await namesIn(backend), []);
  await writeFile(join(base, 'file'), '');
  const blocked = again({ root: join(base, 'file/below') });
  assert.equal(await codeOf(blocked.quota()), 'not-found');
  await rm(join(base, 'file'));
  assert.equal((await blocked.list({ id: '' }, {})).total, 0, 'the next call tries again');
});

test('media types follow the extension', async (t) => {
  const { backend } = await ground(t);
  assert.equal((await store(backend, 'Photo.JPG', 'x')).type, 'image/jpeg');
  assert.equal((await store(backend, 'unknown.constructor', 'x')).type, undefined);
  assert.equal((await store(backend, 'jpg', 'x')).type, undefined);
});

test('a stage elsewhere keeps the root clean', async (t) => {
  const { base, root, again } = await ground(t);
  const backend = again({ stage: join(base, 'stage') });
  await store(backend, 'x', 'x');
  assert.deepEqual(await readdir(root), ['x']);
  ok((await readdir(join(base, 'stage'))).includes('uploads'));
});
