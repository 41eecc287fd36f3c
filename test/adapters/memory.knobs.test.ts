import { deepEqual, equal, notEqual, ok, throws } from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, test } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import { type Capabilities, NOTHING } from '../../src/backend/capabilities.js';
import { BackendError } from '../../src/backend/errors.js';
import { ROOT } from '../../src/backend/item.js';
import { noise, streamOf } from '../contract/bytes.js';
import { CALLS, has, sceneOf, TRIES } from '../contract/calls.js';
import { stageOf } from '../contract/stage.js';
import { rejects } from '../contract/witness.js';

const took = async (deed: Promise<unknown>) => {
  const began = performance.now();
  await deed;
  return performance.now() - began;
};

describe('a capability that is switched off', () => {
  for (const capability of Object.keys(NOTHING) as (keyof typeof NOTHING)[])
    test(`"${capability}" refuses its own calls and no others`, async () => {
      const backend = memory({ capabilities: { [capability]: false } });
      const can = await backend.capabilities({});
      const without = { [capability]: false, ...(capability === 'send' && { open: false, check: false }) };
      deepEqual(can, { ...(await memory().capabilities({})), ...without });
      for (const call of CALLS) {
        const scene = await sceneOf(stageOf({ backend: memory({ capabilities: { [capability]: false } }) }, can));
        const answer = TRIES[call](scene.stage.backend, scene, {});
        if (has({ can, writes: true, reads: true, parts: false, downloads: can.download !== false }, call) === false)
          await rejects(answer, 'unsupported');
        else
          await answer.catch((error: unknown) => {
            // what the scene could not have is not found
            notEqual((error as BackendError).code, 'unsupported', `"${call}": ${String(error)}`);
          });
      }
    });

  test('is told by items, which offer nothing that needs it', async () => {
    const backend = memory({ seed: { 'a.txt': 'a' }, capabilities: { rename: false, download: false, send: false } });
    const { items, folder } = await backend.list(ROOT, {});
    deepEqual(items[0]?.can, ['move', 'copy', 'remove', 'describe', 'lock', 'activity']);
    deepEqual(folder.can, ['list', 'upload', 'createFolder', 'activity']);
  });

  test('cannot be switched on by whoever reads the answer', async () => {
    const backend = memory({ capabilities: { rename: false } });
    const can: Capabilities = await backend.capabilities({});
    throws(() => (can.rename = true), TypeError);
    throws(() => can.upload && can.upload.conflict.push('ask'), TypeError);
  });

  test('narrows one detail and leaves the others', async () => {
    const plain = await memory().capabilities({});
    const { upload, list } = await memory({ capabilities: { upload: { partSize: { min: 10 } }, list: { pageSize: 2 } } }).capabilities({});
    ok(upload && list && plain.upload && plain.list);
    deepEqual(upload, { ...plain.upload, partSize: { ...plain.upload.partSize, min: 10 } });
    deepEqual(list, { ...plain.list, pageSize: 2 });
  });
});

describe('the knobs', () => {
  test('delay every call, or each by its own measure, and may be turned at any time', async () => {
    const backend = memory({ delay: 30 });
    ok((await took(backend.quota())) >= 25);
    backend.knobs.delay = (call) => (call === 'list' ? 60_000 : 0);
    const controller = new AbortController();
    const list = backend.list(ROOT, {}, controller);
    await backend.quota();
    controller.abort();
    await rejects(list, 'aborted');
    backend.knobs.delay = 0;
    await backend.list(ROOT, {});
  });

  test('slow down the bytes of each part', async () => {
    const backend = memory({ speed: 1_000_000 });
    const bytes = noise(100_000);
    const initiated = await backend.init({ name: 'slow.bin', size: bytes.length, type: '' }, { folder: ROOT, conflict: 'ask' });
    ok('ticket' in initiated);
    const ms = await took(backend.write!(initiated.ticket, { number: 1, start: 0, end: bytes.length }, streamOf(bytes, 10_000)));
    ok(ms >= 90, `it took ${ms} ms`);
  });

  test('let a slow part be aborted between two pieces', async () => {
    const backend = memory({ speed: 1000 });
    const initiated = await backend.init({ name: 'slow.bin', size: 10_000, type: '' }, { folder: ROOT, conflict: 'ask' });
    ok('ticket' in initiated);
    const controller = new AbortController();
    const write = backend.write!(initiated.ticket, { number: 1, start: 0, end: 10_000 }, streamOf(noise(10_000), 1000), controller);
    setTimeout(() => controller.abort(), 10);
    ok((await took(rejects(write, 'aborted'))) < 5000);
    deepEqual(await backend.parts(initiated.ticket), { parts: [] });
  });

  test('fail what they choose before anything happens', async () => {
    const backend = memory();
    backend.knobs.fail = (call, [, name]) =>
      call === 'createFolder' && name === 'unlucky' ? new BackendError('server', 'Out of luck.') : undefined;
    await backend.createFolder(ROOT, 'lucky', { conflict: 'ask' });
    await rejects(backend.createFolder(ROOT, 'unlucky', { conflict: 'ask' }), 'server');
    deepEqual(
      (await backend.list(ROOT, {})).items.map(({ name }) => name),
      ['lucky'],
    );
    backend.knobs.fail = undefined;
    await backend.createFolder(ROOT, 'unlucky', { conflict: 'ask' });
  });

  test('lose the answer of what has happened', async () => {
    const backend = memory({ lose: (call) => (call === 'createFolder' ? new BackendError('offline', 'Cut off.') : undefined) });
    await rejects(backend.createFolder(ROOT, 'made', { conflict: 'ask' }), 'offline');
    equal((await backend.list(ROOT, {})).total, 1);
  });

  test('leave no listener on a signal that is kept for many calls', async () => {
    const backend = memory({ delay: 1 });
    const { signal } = new AbortController();
    const initiated = await backend.init({ name: 'a.txt', size: 1, type: '' }, { folder: ROOT, conflict: 'ask' }, { signal });
    ok('ticket' in initiated);
    await backend.write!(initiated.ticket, { number: 1, start: 0, end: 1 }, streamOf(noise(1)), { signal });
    await backend.list(ROOT, {}, { signal });
    equal(getEventListeners(signal, 'abort').length, 0);
  });
});
