import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROOT } from '../../src/backend/item.js';
import { phaseOf } from '../../src/uploads/queue.js';
import { noise, send as sendPart } from '../contract/bytes.js';
import { relayed } from '../relay/relayed.js';
import { arrived, filesOf, queued, send } from './files-com.queued.js';
import { site, type Site } from './files-com.ground.js';

const MIB = 2 ** 20;
const PART = /^storage (?:PUT|POST)/;
const SIZES = { 'none.bin': 0, 'small.bin': 10, 'large.bin': 11 * MIB };

describe('how parts go to the storage of Files.com', () => {
  it('is as forms where it says so', async (t) => {
    const at = await queued(t);
    const { knobs } = at.service;
    knobs.partsBy = 'form';
    const files = filesOf(SIZES);
    await send(at.uploads, files);
    await arrived(at, files);
    assert.deepEqual(new Set(knobs.seen(PART).map(({ method, status }) => `${method} ${String(status)}`)), new Set(['POST 200']));
  });

  it('is as forms, round by the relay too', async (t) => {
    const { service, backend } = await site();
    service.knobs.partsBy = 'form';
    const { backend: page, cleanup } = await relayed(backend, { cleanup: () => service.close() });
    t.after(() => cleanup?.());
    const bytes = noise(1000);
    const opened = await page.init({ name: 'round.bin', size: bytes.length, type: '' }, { folder: ROOT, conflict: 'replace' });
    assert.ok('ticket' in opened);
    const part = { number: 1, start: 0, end: bytes.length };
    const target = await page.part(opened.ticket, { ...part, via: 'relay' });
    assert.ok(target.url.includes('/relay/bytes/'));
    const completed = await page.complete(opened.ticket, [await sendPart(target, part, bytes)], {});
    assert.ok('item' in completed);
    assert.deepEqual(await service.state.bytes('round.bin'), bytes);
  });

  it('is with the headers that it names', async (t) => {
    const at = await queued(t);
    at.service.knobs.partHeaders = { 'content-type': 'application/x-ferry' };
    const files = filesOf(SIZES);
    await send(at.uploads, files);
    await arrived(at, files);
  });

  it('is one by one and in order where it takes no others, and several at once where it does', async (t) => {
    const at = await queued(t);
    const { knobs } = at.service;
    const parallel = async (): Promise<number> => {
      const opened = await at.backend.init({ name: 'any', size: 1, type: '' }, { folder: ROOT, conflict: 'replace' });
      assert.ok('ticket' in opened);
      return opened.upload.parallelParts;
    };
    assert.ok((await parallel()) > 1);
    knobs.parallelParts = false;
    assert.equal(await parallel(), 1);
    const files = filesOf({ 'one by one.bin': 21 * MIB });
    await send(at.uploads, files);
    await arrived(at, files);
    const parts = knobs.seen(PART);
    assert.ok(parts.length > 1);
    assert.ok(parts.every(({ status }) => status === 200));
  });

  it('is in parts as large as it proposes', async (t) => {
    const at = await queued(t);
    const { knobs } = at.service;
    Object.assign(knobs, { partSize: 7 * MIB, parallelParts: false });
    const files = filesOf({ 'large.bin': 15 * MIB });
    await send(at.uploads, files);
    await arrived(at, files);
    assert.ok((knobs.seen(PART)[0]?.received ?? 0) >= 7 * MIB);
  });

  it('is once where a part cannot be sent again: the file fails, and a retry begins it anew', async (t) => {
    const at = await queued(t);
    const { knobs, state } = at.service;
    knobs.retryParts = false;
    knobs.next(PART, 'lost-answer');
    const files = filesOf({ 'large.bin': 6 * MIB });
    await send(at.uploads, files);
    assert.deepEqual(Object.values(at.uploads.getState().files).map(phaseOf), ['failed']);
    assert.equal(state.tree.find('large.bin'), undefined);
    await at.uploads.retryAll();
    await arrived(at, files);
    assert.equal(knobs.asked.filter(({ parameters }) => parameters['size'] === 6 * MIB && parameters['action'] === undefined).length, 2);
  });
});

/** Sets a behavior of the folder `made`. */
const set = ({ service: { state } }: Site, behavior: string, value: unknown): void => {
  const id = state.number();
  state.behaviors.set(id, { id, path: 'made', behavior, value, name: '', description: '', recursive: true, disableParent: false });
};

const RENAMING: readonly [title: string, behavior: string, value: unknown, id: string][] = [
  ['another name', 'override_upload_filename', { filename_override_pattern: 'kept-%Fb%Fe' }, 'made/kept-report.txt'],
  ['a time in it', 'append_timestamp', { format: '-fixed', timezone: 'Z' }, 'made/report-fixed.txt'],
  ['a folder below', 'organize_files_into_subfolders', { regex: '/^(re)/' }, 'made/re/report.txt'],
  ['a shorter name', 'limit_filename_length', { max_length: 8, shorten: true }, 'made/repo.txt'],
];

describe('where a file ends at Files.com', () => {
  for (const [title, behavior, value, id] of RENAMING) {
    it(`is what the service answers: ${title}`, async (t) => {
      const at = await site();
      t.after(() => at.service.close());
      at.service.state.tree.makeFolder('made', at.owner.id);
      set(at, behavior, value);
      const opened = await at.backend.init({ name: 'report.txt', size: 3, type: '' }, { folder: { id: 'made' }, conflict: 'replace' });
      assert.ok('ticket' in opened && opened.first);
      const part = await sendPart(opened.first, { number: 1, start: 0, end: 3 }, new TextEncoder().encode('abc'));
      const completed = await at.backend.complete(opened.ticket, [part], {});
      assert.ok('item' in completed);
      const { item } = completed;
      assert.deepEqual([item.id, item.name, item.parent?.id], [id, id.slice(id.lastIndexOf('/') + 1), id.slice(0, id.lastIndexOf('/'))]);
      assert.equal((await at.backend.item(item)).size, 3);
      assert.deepEqual(await at.backend.complete(opened.ticket, [part], {}), { item: await at.backend.item(item) }, 'and again');
    });
  }
});
