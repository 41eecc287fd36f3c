import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it, mock } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import { defineBackend, type Backend } from '../../src/backend/backend.js';
import type { Item } from '../../src/backend/item.js';
import { ROOT } from '../../src/backend/item.js';
import { isOfType, type Grant } from '../../src/relay/authorize.js';
import { byHeader, ticketOf, wire, type Wire } from './wire.js';

const files = memory({ capabilities: { rules: false } });
const ruled = memory({ rules: { extensions: ['txt', 'exe'], maxFileSize: 5 } });
const grants: Record<string, Partial<Grant>> = {};
let served: Wire;
before(async () => {
  served = await wire({ backends: { files, ruled }, authorize: byHeader(grants) });
});
after(() => served.close());
afterEach(() => mock.timers.reset());

const begin = (backend: Backend, name: string, size: number, type = ''): ReturnType<typeof ticketOf> =>
  ticketOf(backend.init({ name, size, type }, { folder: ROOT, conflict: 'rename' }));

describe('limits', () => {
  it('of size are said, and kept at the start', async () => {
    grants['small'] = { limits: { maxFileSize: 10 } };
    const small = served.as('small');
    const { upload } = await small.capabilities({});
    assert.equal(upload && upload.maxFileSize, 10);
    assert.equal((await begin(small, 'ten', 10)).upload.maxFileSize, 10);
    await assert.rejects(begin(small, 'eleven', 11), { code: 'too-large' });
  });

  it('of type are kept by ending and by media type', async () => {
    grants['pictures'] = { limits: { types: ['image/*', '.PDF', 'text/plain'] } };
    const one = served.as('pictures');
    for (const [name, type] of [
      ['a.png', 'image/png'],
      ['b.pdf', ''],
      ['c', 'text/plain;charset=utf-8'],
    ] as const)
      await begin(one, name, 1, type);
    for (const [name, type] of [
      ['a.exe', ''],
      ['b.pdf.exe', 'application/pdf'],
      ['c', 'text/html'],
      ['pdf', ''],
    ] as const) {
      await assert.rejects(begin(one, name, 1, type), { code: 'not-allowed' }, name);
    }
    assert.ok(isOfType({ name: 'x', type: '' }, ['*/*']));
  });

  it('of what may be done about a taken name are said, and kept to the end', async () => {
    grants['guest'] = { limits: { conflicts: ['rename'] } };
    const guest = served.as('guest');
    const { upload } = await guest.capabilities({});
    assert.deepEqual(upload && upload.conflict, ['rename']);
    for (const conflict of ['ask', 'replace', 'skip'] as const)
      await assert.rejects(guest.init({ name: 'a', size: 1, type: '' }, { folder: ROOT, conflict }), { code: 'not-allowed' }, conflict);
    const { ticket, upload: narrowed } = await begin(guest, 'a', 1);
    assert.deepEqual(narrowed.conflict, ['rename']);
    await assert.rejects(guest.complete(ticket, [], { conflict: 'replace' }), { code: 'not-allowed' });
  });

  it("are said beforehand, with the folder's own rules", async () => {
    grants['ruled'] = { limits: { maxFileSize: 10, types: ['.txt', '.PDF'] } };
    assert.deepEqual(await served.as('ruled').rules(ROOT), { maxFileSize: 10, extensions: ['txt', 'pdf'] });
    assert.equal((await served.as('ruled').capabilities({})).rules, true);
    assert.deepEqual(await served.as('ruled', 'ruled').rules(ROOT), { maxFileSize: 5, extensions: ['txt'] });
    assert.equal((await served.as('free').capabilities({})).rules, false);
    await assert.rejects(served.as('free').rules(ROOT), { code: 'unsupported' });
  });

  it('of a day are counted for each user, right even when all come at once', async () => {
    grants['few'] = { limits: { files: 5 } };
    grants['others'] = { limits: { files: 5 } };
    const few = served.as('few');
    const answers = await Promise.allSettled(Array.from({ length: 12 }, (_, index) => begin(few, `few ${String(index)}`, 1)));
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 5);
    for (const answer of answers) if (answer.status === 'rejected') assert.equal((answer.reason as { code: string }).code, 'quota');
    await begin(served.as('others'), 'other', 1);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 86_400_000 });
    await begin(few, 'tomorrow', 1);
  });

  it('of bytes a day count what was begun, and not what was refused', async () => {
    grants['bytes'] = { limits: { bytesPerDay: 100, maxFileSize: 90 } };
    const one = served.as('bytes');
    await begin(one, 'a', 60);
    await assert.rejects(begin(one, 'b', 41), { code: 'quota' });
    await assert.rejects(begin(one, 'c', 91), { code: 'too-large' });
    await assert.rejects(one.init({ name: 'd', size: 40, type: '' }, { folder: { id: 'nobody' }, conflict: 'ask' }), { code: 'forbidden' });
    await begin(one, 'e', 40);
    await assert.rejects(begin(one, 'f', 1), { code: 'quota' });
  });

  it('are given back where the backend refuses', async () => {
    grants['back'] = { limits: { files: 1 } };
    const one = served.as('back', 'ruled');
    await assert.rejects(begin(one, 'a.png', 1), { code: 'not-allowed' });
    await begin(one, 'a.txt', 1);
    await assert.rejects(begin(one, 'b.txt', 1), { code: 'quota' });
  });

  it('hold where bytes go to the store directly: a file larger than announced is removed before anybody hears of it', async () => {
    const removed: string[] = [];
    const heard: string[] = [];
    let size: number | undefined = 11;
    const direct = defineBackend({
      capabilities: (folder) => files.capabilities(folder),
      init: (file, where) => files.init(file, where),
      part: () => Promise.resolve({ url: 'https://store.example/part', method: 'PUT', headers: {}, answer: 'etag', expires: 60 }),
      complete: () =>
        Promise.resolve({ item: { id: 'the item', name: 'a', kind: 'file', can: [], ...(size === undefined ? {} : { size }) } }),
      item: ({ id }): Promise<Item> => Promise.resolve({ id, name: 'a', kind: 'file', size: 12, can: [] }),
      remove: (refs) => {
        removed.push(...refs.map(({ id }) => id));
        return Promise.resolve(refs.map(({ id }) => ({ id, removed: true })));
      },
    });
    const other = await wire({ backends: { files: direct }, on: { completed: ({ id }) => void heard.push(id) } });
    try {
      const anna = other.as('anna');
      const { ticket, upload } = await begin(anna, 'a', 10);
      assert.equal(upload.bytes, 'direct');
      const parts = [{ number: 1, start: 0, end: 10, etag: '"x"' }];
      for (size of [11, undefined]) await assert.rejects(anna.complete(ticket, parts, {}), { code: 'too-large' });
      assert.deepEqual([removed, heard], [['the item', 'the item'], []]);
      size = 10;
      assert.ok('item' in (await anna.complete(ticket, parts, {})));
      assert.equal(heard.length, 1);
    } finally {
      await other.close();
    }
  });
});
