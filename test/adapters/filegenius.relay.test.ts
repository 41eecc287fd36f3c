import assert from 'node:assert/strict';
import { createHmac, createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { fileGenius } from '../../src/adapters/filegenius.js';
import { ROOT } from '../../src/backend/item.js';
import { relayBackend } from '../../src/relay/client.js';
import { wire } from '../relay/wire.js';
import { file, listing } from './filegenius.script.js';

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
const KEY = 'a key to look for';
const SECRET = 'a secret to look for';

for (const brand of ['filegenius', 'tuyu'] as const)
  test(`no signature of a write, and no secret, ever reaches the browser: ${brand}`, async () => {
    // A site that answers every change alike, and takes in whatever it is sent: only what the page hears is of interest.
    const heard = new Set<string>();
    let files = [file(1, 'a.txt'), file(2, 'docs', { type: 'folder' })];
    const site = createServer((request, response) => {
      void (async () => {
        let body = '';
        for await (const chunk of request) body += String(chunk);
        const { pathname, searchParams } = new URL(request.url ?? '', 'http://site');
        const method = pathname.replace('/api/', '');
        heard.add(method);
        let said: object = { fileInfo: { fileId: 1, path: '/', fileName: 'a.txt', fileSize: 5 } };
        if (method === 'file_list') said = listing(searchParams.get('path') === '/' ? files : []);
        if (method.endsWith('access')) said = { usersLocationAccess: [] };
        if (method === 'user_permissions_location') said = { userPermissionsLocation: { admin: 1 } };
        if (method === 'create_file_link') said = { fileCreateLink: { downloadLink: 'https://acme.example/downloadPublic/1' } };
        if (method === 'send_files_prep') said = { filePreparation: { filePreparationId: 5 } };
        if (method === 'file_upload') {
          const filename = /filename="([^"]+)"/.exec(body)?.[1] ?? '';
          files = [...files, file(9, filename)];
          said = { fileInfo: { fileId: 9, path: '/', fileName: filename, fileSize: 5 } };
        }
        response.end(JSON.stringify(said));
      })();
    });
    await once(site.listen(0, '127.0.0.1'), 'listening');
    const base = `http://127.0.0.1:${String((site.address() as AddressInfo).port)}`;
    const told: string[] = [];
    const listening: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      told.push(JSON.stringify([...response.headers]), await response.clone().text());
      return response;
    };
    const served = await wire({
      backends: { files: fileGenius({ brand, baseUrl: base, apiKey: KEY, secret: SECRET, preparation: true }) },
    });
    try {
      const page = relayBackend({ url: served.url, backend: 'files', headers: { 'x-user': 'anna' }, fetch: listening });
      const { items } = await page.list(ROOT, {});
      const [docs, one] = [items.find(({ kind }) => kind === 'folder'), items.find(({ kind }) => kind === 'file')];
      assert.ok(docs && one);
      const settle = (call: Promise<unknown>): Promise<void> =>
        call.then(
          () => undefined,
          () => undefined,
        );
      const crowd = ['a', 'b', 'c'].map((name) => ({ kind: 'email' as const, email: `${name}@example.com` }));
      await settle(page.capabilities({ folder: ROOT }));
      await settle(page.rename(one, 'b.txt'));
      await settle(page.createFolder(ROOT, 'new', { conflict: 'ask' }));
      await settle(page.move([one], { to: docs, conflict: 'ask', operation: 'operation 1' }));
      await settle(page.send({ items: [one, docs], recipients: crowd, operation: 'operation 2' }));
      await settle(page.send({ items: [one], recipients: [], operation: 'operation 3' }));
      const opened = await page.init({ name: 'up.txt', size: 5, type: '' }, { folder: ROOT, conflict: 'ask' });
      assert.ok('ticket' in opened);
      const part = { number: 1, start: 0, end: 5 };
      for (const target of [opened.first, await page.part(opened.ticket, part)]) {
        assert.equal(target?.url.startsWith(served.url), true, 'bytes go to the relay');
        assert.ok(!JSON.stringify(target).includes('form'));
      }
      const put = await listening(opened.first?.url ?? '', { method: 'PUT', body: 'bytes' });
      assert.equal(put.status, 200);
      await settle(page.complete(opened.ticket, [{ ...part, body: await put.text() }], {}));
      await settle(page.remove([one], { recursive: true }));
      await settle(page.download([one]));

      const expected = WRITES.filter((method) => brand === 'tuyu' || !/link|prep/.test(method));
      assert.deepEqual(
        expected.filter((method) => !heard.has(method)),
        [],
        'every write was made',
      );
      const name = createHash('sha1').update(SECRET).digest('hex');
      const secrets = [
        KEY,
        SECRET,
        name,
        ...WRITES.map((method) => createHmac('sha256', name).update(`${base}/api/${method}`).digest('hex')),
      ];
      const all = told.join('\n');
      assert.ok(all.length > 1000);
      for (const secret of secrets)
        for (const shape of [
          secret,
          encodeURIComponent(secret),
          Buffer.from(secret).toString('base64'),
          Buffer.from(secret).toString('base64url'),
        ])
          assert.ok(!all.includes(shape), 'a secret was told to the page');
      assert.ok(!/signature/i.test(all));
    } finally {
      await served.close();
      site.closeAllConnections();
      site.close();
    }
  });
