import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { link, mkdir, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { all, begin, codeOf, ground, namesIn, ok, put, store, streamOf, textOf } from './disk.ground.js';

/** A root with links that lead out of it and about in it. */
async function linked(t: TestContext) {
  const place = await ground(t);
  const { base, root, backend } = place;
  await store(backend, 'own.txt', 'own');
  await mkdir(join(base, 'outside/deep'), { recursive: true });
  await writeFile(join(base, 'outside/secret.txt'), 'secret');
  await writeFile(join(base, 'outside/deep/secret.txt'), 'secret');
  await mkdir(join(root, 'real'));
  await symlink(join(base, 'outside'), join(root, 'out'));
  await symlink('../../outside', join(root, 'real/up'));
  await symlink(join(base, 'outside/secret.txt'), join(root, 'file'));
  await symlink('nowhere', join(root, 'dangling'));
  await symlink('.', join(root, 'self'));
  await symlink('own.txt', join(root, 'alias'));
  return place;
}

const outside = async (base: string) => ({
  top: (await readdir(join(base, 'outside'))).sort(),
  deep: await readdir(join(base, 'outside/deep')),
});
const UNTOUCHED = { top: ['deep', 'secret.txt'], deep: ['secret.txt'] };

test('symbolic links are not shown, by lists and searches', async (t) => {
  const { backend } = await linked(t);
  assert.deepEqual(await namesIn(backend), ['real', 'own.txt']);
  assert.deepEqual(await namesIn(backend, 'real'), []);
  assert.deepEqual(await all(backend, '', { search: 'secret' }), []);
  assert.equal((await backend.list({ id: '' }, {})).total, 2);
});

test('no call follows a symbolic link, wherever on the way it stands', async (t) => {
  const { base, backend } = await linked(t);
  const where = { conflict: 'replace' } as const;
  for (const id of [
    'out',
    'file',
    'dangling',
    'self',
    'alias',
    'out/secret.txt',
    'out/deep',
    'out/deep/secret.txt',
    'real/up',
    'real/up/secret.txt',
    'self/own.txt',
  ]) {
    assert.equal(await codeOf(backend.item({ id })), 'not-found', id);
    assert.equal(await codeOf(backend.list({ id }, {})), 'not-found', id);
    assert.equal(await codeOf(textOf(backend, id)), 'not-found', id);
    assert.equal(await codeOf(backend.rename({ id }, 'renamed')), 'not-found', id);
    assert.equal(await codeOf(backend.createFolder({ id }, 'made', where)), 'not-found', id);
    assert.equal(await codeOf(backend.init({ name: 'x', size: 1, type: '' }, { folder: { id }, ...where })), 'not-found', id);
    assert.equal(await codeOf(backend.move([{ id: 'own.txt' }], { to: { id }, operation: id, ...where })), 'not-found', id);
    for (const call of ['move', 'copy'] as const) {
      const [outcome] = await backend[call]([{ id }], { to: { id: 'real' }, operation: id, ...where });
      ok(outcome && 'error' in outcome && outcome.error.code === 'not-found', `${call} ${id}`);
    }
    await backend.remove([{ id }], { recursive: true });
  }
  assert.deepEqual(await outside(base), UNTOUCHED);
  assert.equal(await readFile(join(base, 'outside/secret.txt'), 'utf8'), 'secret');
});

test('an upload does not go through a link on its path, nor replace one', async (t) => {
  const { base, root, backend } = await linked(t);
  for (const path of ['out', 'out/deep', 'real/up', 'dangling'])
    assert.equal(await codeOf(begin(backend, 'x', 1, { path, conflict: 'replace' })), 'exists', path);
  // the link comes between the beginning and the end
  const ticket = await begin(backend, 'x', 1, { path: 'later/deep', conflict: 'replace' });
  const part = await put(backend, ticket, { number: 1, start: 0, end: 1 }, streamOf('x'));
  await symlink(join(base, 'outside'), join(root, 'later'));
  assert.equal(await codeOf(backend.complete(ticket, [part], {})), 'exists');
  for (const name of ['file', 'out', 'alias', 'dangling']) {
    const to = await begin(backend, name, 1, { conflict: 'replace' });
    const sent = await put(backend, to, { number: 1, start: 0, end: 1 }, streamOf('x'));
    assert.equal(await codeOf(backend.complete(to, [sent], {})), 'exists', name);
    ok('item' in (await backend.complete(to, [sent], { conflict: 'rename' })), 'the ticket lives on');
  }
  assert.deepEqual(await outside(base), UNTOUCHED);
  assert.equal(await textOf(backend, 'own.txt'), 'own');
});

test('a folder that was swapped for a link is no folder any more', async (t) => {
  const { base, root, backend } = await linked(t);
  const ticket = await begin(backend, 'late.txt', 1, { folder: 'real' });
  const part = await put(backend, ticket, { number: 1, start: 0, end: 1 }, streamOf('x'));
  await rename(join(root, 'real'), join(root, 'moved'));
  await symlink(join(base, 'outside'), join(root, 'real'));
  assert.equal(await codeOf(backend.complete(ticket, [part], {})), 'not-found');
  assert.equal(await codeOf(backend.list({ id: 'real' }, {})), 'not-found');
  assert.equal(await codeOf(textOf(backend, 'real/secret.txt')), 'not-found');
  await backend.remove([{ id: 'real/secret.txt' }, { id: 'real' }], { recursive: true });
  assert.deepEqual(await outside(base), UNTOUCHED);
});

test('copies leave links out, and removals take the link and never what it leads to', async (t) => {
  const { base, root, backend } = await linked(t);
  await store(backend, 'inside.txt', 'inside', { folder: 'real' });
  const [copied] = await backend.copy([{ id: 'real' }], { to: { id: '' }, conflict: 'rename', operation: 'links' });
  ok(copied && 'item' in copied);
  assert.deepEqual(await readdir(join(root, copied.item.id)), ['inside.txt']);
  assert.deepEqual(await backend.remove([{ id: 'real' }], { recursive: true }), [{ id: 'real', removed: true }]);
  assert.deepEqual(await outside(base), UNTOUCHED);
});

test('pipes, sockets and devices are neither shown nor opened', async (t) => {
  const { root, backend } = await ground(t);
  await store(backend, 'file.txt', 'file');
  execFileSync('mkfifo', [join(root, 'pipe')]);
  const server = createServer().listen(join(root, 'socket'));
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  assert.deepEqual(await namesIn(backend), ['file.txt']);
  for (const id of ['pipe', 'socket']) {
    assert.equal(await codeOf(textOf(backend, id)), 'not-found');
    assert.equal(await codeOf(store(backend, id, 'x', { conflict: 'replace' })), 'exists');
    assert.equal((await store(backend, id, 'x', { conflict: 'rename' })).name, `${id} (1)`);
  }
  await backend.createFolder({ id: '' }, 'folder', { conflict: 'ask' });
  execFileSync('mkfifo', [join(root, 'folder/pipe')]);
  const [copied] = await backend.copy([{ id: 'folder' }], { to: { id: '' }, conflict: 'rename', operation: 'pipes' });
  ok(copied && 'item' in copied);
  assert.deepEqual(await backend.remove([{ id: 'folder' }], { recursive: true }), [{ id: 'folder', removed: true }]);
});

test('the root itself may be reached through a link', async (t) => {
  const { base, root, backend, again } = await ground(t);
  await store(backend, 'file.txt', 'file');
  await symlink(root, join(base, 'link'));
  assert.deepEqual(await namesIn(again({ root: join(base, 'link') })), ['file.txt']);
});

test('a stage that is a link, a file, visible or around the root is refused', async (t) => {
  const { base, root, backend, again } = await ground(t);
  await store(backend, 'file.txt', 'file');
  for (const stage of [join(root, 'stage'), base, root]) assert.equal(await codeOf(again({ stage }).quota()), 'invalid', stage);
  await rename(join(root, '.ferrykit'), join(base, 'stolen'));
  await symlink(join(base, 'stolen'), join(root, '.ferrykit'));
  assert.equal(await codeOf(again().quota()), 'invalid');
  await rm(join(root, '.ferrykit'));
  await link(join(root, 'file.txt'), join(root, '.ferrykit'));
  assert.equal(await codeOf(again().quota()), 'invalid');
  assert.equal(await codeOf(again({ root: join(root, 'file.txt') }).quota()), 'invalid');
});
