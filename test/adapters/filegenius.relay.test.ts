import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { afterEach, describe, it } from 'node:test';
import type { Backend } from '../../src/backend/backend.js';
import { ROOT, type Ref } from '../../src/backend/item.js';
import { relayBackend } from '../../src/relay/client.js';
import { phaseOf, type UploadFile } from '../../src/uploads/queue.js';
import { createUploads } from '../../src/uploads/uploads.js';
import { wire, type Wire } from '../relay/wire.js';
import { addFile, credentialsOf } from '../services/filegenius/seed.js';
import type { Brand } from '../services/filegenius/service.js';
import { FLAGS } from '../services/filegenius/state.js';
import { below } from '../services/filegenius/tree.js';
import { asked, member, site, type Site } from './filegenius.ground.js';

const WRITES = [
  'file_upload',
  'file_send',
  'file_rename',
  'file_move',
  'file_delete',
  'create_folder',
  'create_file_link',
  'send_files_prep',
];

let ground: Site;
let served: Wire;

/** A site behind a relay; answers the page's end, with everything that the page is told noted down. */
async function begin(brand: Brand, heard: string[] = []): Promise<Backend> {
  ground = await site(brand, { preparation: true });
  served = await wire({ backends: { files: ground.backend, anna: ground.as('anna') } });
  return pageOf('files', heard);
}
const pageOf = (backend: string, heard: string[] = []): Backend =>
  relayBackend({ url: served.url, backend, headers: { 'x-user': 'anna' }, fetch: listening(heard) });
const listening =
  (heard: string[]): typeof fetch =>
  async (url, init) => {
    const response = await fetch(url, init);
    heard.push(JSON.stringify([...response.headers]), await response.clone().text());
    return response;
  };
afterEach(async () => {
  await served.close();
  await ground.service.close();
});

/** Sends a file by the queue of a page, and answers it as the queue has it in the end. */
async function queued(backend: Backend, name: string, bytes: string, folder = ROOT): Promise<UploadFile> {
  const uploads = createUploads();
  uploads.target = { backend, folder, conflict: 'ask' };
  await uploads.add([{ file: new File([bytes], name) }]);
  await uploads.upload();
  const [file] = Object.values(uploads.getState().files);
  uploads.destroy();
  return file ?? assert.fail();
}

describe('secrets', () => {
  for (const brand of ['filegenius', 'tuyu'] as const)
    it(`no signature of a write ever reaches the browser, nor the key and the secret: ${brand}`, async () => {
      const heard: string[] = [];
      const page = await begin(brand, heard);
      const { state } = ground.service;
      await addFile(state, 'a.txt', 'a');
      state.makeFolder('/docs/');
      const { items } = await page.list(ROOT, {});
      const [docs, one] = [items.find(({ kind }) => kind === 'folder'), items.find(({ kind }) => kind === 'file')];
      assert.ok(docs && one);
      const crowd = ['a', 'b', 'c'].map((name) => ({ kind: 'email' as const, email: `${name}@example.org` }));
      await page.capabilities({ folder: ROOT });
      await page.rename(one, 'b.txt');
      await page.createFolder(ROOT, 'new', { conflict: 'ask' });
      await page.send({ items: [one, docs], recipients: crowd, operation: 'operation 1' });
      await page.send({ items: [one], recipients: [], operation: 'operation 2' }).catch(() => undefined);
      const opened = await page.init({ name: 'up.txt', size: 5, type: '' }, { folder: ROOT, conflict: 'ask' });
      assert.ok('ticket' in opened);
      const part = { number: 1, start: 0, end: 5 };
      for (const target of [opened.first, await page.part(opened.ticket, part)]) {
        assert.ok(target?.url.startsWith(served.url), 'bytes go to the relay');
        assert.ok(!JSON.stringify(target).includes('form'));
      }
      const put = await listening(heard)(opened.first?.url ?? '', { method: 'PUT', body: 'bytes' });
      assert.equal(put.status, 200);
      await page.complete(opened.ticket, [{ ...part, body: await put.text() }], {});
      await page.move([one], { to: docs, conflict: 'ask', operation: 'operation 3' });
      const [inside] = (await page.list(docs, {})).items;
      assert.ok(inside);
      const [download] = await page.download([inside]);
      await listening(heard)(download?.url ?? '');
      await page.remove([docs], { recursive: true });
      // and when things go wrong
      for (const fault of ['error', 'cut'] as const) {
        ground.service.knobs.next(/^api (POST|PUT)/, fault);
        await page.createFolder(ROOT, `fails ${fault}`, { conflict: 'ask' }).catch(() => undefined);
      }

      const expected = WRITES.filter((method) => brand === 'tuyu' || !/link|prep/.test(method));
      assert.deepEqual(
        expected.filter((method) => asked(ground, method).length === 0),
        [],
        'every write was made',
      );
      const { apiKey, secret } = credentialsOf('owner');
      const name = createHash('sha1').update(secret).digest('hex');
      const signed = WRITES.map((method) => createHmac('sha256', name).update(`${ground.service.url}/api/${method}`).digest('hex'));
      const all = heard.join('\n');
      assert.ok(all.length > 1000);
      for (const hidden of [apiKey, secret, name, ...signed])
        for (const shape of [
          hidden,
          encodeURIComponent(hidden),
          Buffer.from(hidden).toString('base64').replace(/=+$/, ''),
          Buffer.from(hidden).toString('base64url'),
        ])
          assert.ok(!all.includes(shape), 'a secret was told to the page');
      assert.ok(!/signature|api_key/i.test(all));
    });
});

describe('an upload of one shot', () => {
  it('whose answer was lost is not sent again before the listing shows that it is missing', async () => {
    const page = await begin('filegenius');
    ground.service.knobs.next(/file_upload/, 'lost-answer');
    const file = await queued(page, 'a.txt', 'there');
    assert.equal(phaseOf(file), 'done');
    assert.equal(asked(ground, 'file_upload').length, 1);
    assert.equal(Buffer.from(await ground.service.state.bytes('/a.txt')).toString(), 'there');
  });

  it('that was cut before it was there is looked for, and sent again', async () => {
    const page = await begin('tuyu');
    const { knobs } = ground.service;
    knobs.next(/file_upload/, 'cut');
    const file = await queued(page, 'a.txt', 'again');
    assert.equal(phaseOf(file), 'done');
    const order = knobs.requests.flatMap(({ path }) => /file_upload|file_list/.exec(path)?.[0] ?? []);
    const [first, second] = [order.indexOf('file_upload'), order.lastIndexOf('file_upload')];
    assert.equal(order.filter((method) => method === 'file_upload').length, 2);
    assert.ok(order.slice(first, second).includes('file_list'), order.join());
    assert.equal(Buffer.from(await ground.service.state.bytes('/a.txt')).toString(), 'again');
  });

  it('straight under its name, whose answer was lost, is not sent again either', async () => {
    await begin('filegenius');
    member(
      ground,
      'anna',
      '/docs/',
      FLAGS.filter((flag) => flag !== 'renameFiles'),
    );
    const page = pageOf('anna');
    const [docs] = (await page.list(ROOT, {})).items;
    ground.service.knobs.next(/file_upload/, 'lost-answer');
    const file = await queued(page, 'what? "a".txt', 'there', docs ?? assert.fail());
    assert.equal(phaseOf(file), 'done');
    assert.equal(asked(ground, 'file_upload').length, 1);
    assert.equal(Buffer.from(await ground.service.state.bytes("/docs/what 'a'.txt")).toString(), 'there');
  });
});

describe('bytes that the service refuses', () => {
  for (const errors of ['in-200', 'with-status'] as const)
    it(`are refused in its own words, sent once and left nowhere: errors ${errors}`, async () => {
      const page = await begin('filegenius');
      const { knobs, state } = ground.service;
      knobs.errors = errors;
      member(ground, 'anna', '/docs/');
      const mine = pageOf('anna');
      const [docs] = (await mine.list(ROOT, {})).items;
      assert.ok(docs);
      /** What becomes of bytes that arrive after something has changed at the service. */
      const refused = async (change: () => unknown, backend = page, folder: Ref = ROOT): Promise<string | undefined> => {
        knobs.clear();
        const release = knobs.hold(/file_upload/);
        const sending = queued(backend, 'a.txt', 'bytes', folder);
        while (asked(ground, 'file_upload').length === 0) await new Promise(setImmediate);
        change();
        release();
        const file = await sending;
        assert.equal(phaseOf(file), 'failed');
        assert.equal(asked(ground, 'file_upload').length, 1);
        assert.deepEqual(
          [...below(state.root)].map(({ name }) => name),
          ['docs'],
        );
        return file.ferry?.code;
      };
      assert.equal(await refused(() => (knobs.storageLimit = 4)), 'quota');
      assert.equal(await refused(() => Object.assign(knobs, { storageLimit: Infinity, maxFileSize: 4 })), 'too-large');
      assert.equal(await refused(() => Object.assign(knobs, { maxFileSize: Infinity, clockSkew: -1 })), 'unauthorized');
      knobs.clockSkew = 300;
      assert.equal(await refused(() => (state.grants.length = 0), mine, docs), 'forbidden');
    });

  it('may be sent again by hand, when the service takes them', async () => {
    const page = await begin('tuyu');
    const { knobs, state } = ground.service;
    knobs.storageLimit = 4;
    const uploads = createUploads();
    uploads.target = { backend: page, folder: ROOT, conflict: 'ask' };
    await uploads.add([{ file: new File(['bytes'], 'a.txt') }]);
    await uploads.upload();
    knobs.storageLimit = Infinity;
    await uploads.retryAll();
    uploads.destroy();
    assert.equal(Buffer.from(await state.bytes('/a.txt')).toString(), 'bytes');
  });
});
