import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import type { Backend } from '../../src/backend/backend.js';
import type { FileRequest, FileRequestDraft } from '../../src/backend/delivery.js';
import { ROOT, type Ref } from '../../src/backend/item.js';
import type { UploadedPart } from '../../src/backend/upload.js';
import type { Grant } from '../../src/relay/authorize.js';
import { relayBackend } from '../../src/relay/client.js';
import { linkOwner, linkVisitor } from '../../src/relay/links.visitor.js';
import { memoryStore } from '../../src/relay/store.js';
import { linked, startCatcher, type Catcher } from './linked.js';
import { reader } from './reader.js';
import { byHeader, SECRET, ticketOf, wire, type Wire } from './wire.js';

const grants: Record<string, Partial<Grant>> = {};
let files: ReturnType<typeof memory>;
let store = memoryStore();
let catcher: Catcher;
let served: Wire;
let anna: Backend;
let inbox: Ref;
let operations = 0;

beforeEach(async () => {
  store = memoryStore();
  files = memory({ seed: { inbox: { 'taken.txt': 'mine', sub: {} }, 'secret.txt': 'secret' }, rules: { maxNameLength: 50 } });
  catcher = await startCatcher();
  const visitor = linkVisitor({ store, secret: SECRET });
  const mine = byHeader(grants);
  const backends = {
    files: linked(files, catcher, { store, url: () => served.url, requestLimits: { maxFileSize: 1000, types: ['.txt', '.jpg'] } }),
    others: linked(memory(), catcher, { store, url: () => served.url }),
  };
  served = await wire({ backends, store, authorize: async (request, asked) => (await visitor(request, asked)) ?? mine(request) });
  anna = served.as('anna');
  const folder = (await anna.list(ROOT, {})).items.find(({ name }) => name === 'inbox');
  inbox = { id: folder?.id ?? '', claim: folder?.claim ?? '' };
});
afterEach(async () => {
  mock.timers.reset();
  await Promise.all([served.close(), catcher.close()]);
});

const ask = async (over: Partial<FileRequestDraft> = {}, by = anna): Promise<FileRequest & { link: string }> => {
  const request = await by.request({
    folder: inbox,
    title: 'Your photos',
    recipients: [],
    operation: `request ${(operations += 1)}`,
    ...over,
  });
  return { ...request, link: request.link ?? '' };
};
/** Somebody who has nothing but the token of a request. */
const visitor = (token: string, backend = 'files'): Backend => relayBackend({ url: served.url, backend, token });
const tokenOf = ({ link }: { link: string }): string => link.slice(-22);
async function upload(by: Backend, name: string, content = 'data'): Promise<string> {
  const { ticket, first } = await ticketOf(by.init({ name, size: content.length, type: '' }, { folder: ROOT, conflict: 'rename' }));
  const body = await (await fetch(first?.url ?? '', { method: 'PUT', body: content })).text();
  const part: UploadedPart = { number: 1, start: 0, end: content.length, body };
  const completed = await by.complete(ticket, [part], {});
  assert.ok('item' in completed);
  return completed.item.name;
}

describe('a request for files', () => {
  it('lets whoever has its token upload into that folder, and see nothing there', async () => {
    const guest = visitor(tokenOf(await ask()));
    assert.equal(await upload(guest, 'photo.jpg'), 'photo.jpg');
    assert.equal(await upload(guest, 'taken.txt', 'other'), 'taken (1).txt', 'what is there stays');
    const names = (await files.list({ id: inbox.id }, {})).items.map(({ name }) => name);
    assert.deepEqual(names.sort(), ['photo.jpg', 'sub', 'taken (1).txt', 'taken.txt']);

    const { upload: can, list, download, send, createFolder } = await guest.capabilities({});
    assert.ok(can);
    assert.deepEqual([list, download, send, createFolder, can.conflict, can.maxFileSize], [false, false, false, false, ['rename'], 1000]);
    assert.deepEqual(await guest.rules(ROOT), { maxNameLength: 50, maxFileSize: 1000, extensions: ['txt', 'jpg'] });
    for (const conflict of ['ask', 'replace', 'skip'] as const)
      await assert.rejects(guest.init({ name: 'taken.txt', size: 1, type: '' }, { folder: ROOT, conflict }), { code: 'not-allowed' });
    for (const call of [
      guest.list(ROOT, {}),
      guest.item(ROOT),
      guest.download([ROOT]),
      guest.remove([ROOT], { recursive: true }),
      guest.createFolder(ROOT, 'x', { conflict: 'rename' }),
      guest.deliveries({}),
      guest.requests({}),
      guest.quota(),
    ])
      await assert.rejects(call, { code: 'forbidden' });
  });

  it('keeps to the folder, the backend and the limits', async () => {
    grants['small'] = { limits: { maxFileSize: 10, files: 2, types: ['.txt', '.pdf'] } };
    const small = served.as('small');
    const own = (await small.list(ROOT, {})).items.find(({ name }) => name === 'inbox');
    const request = await ask({ folder: { id: own?.id ?? '', claim: own?.claim ?? '' } }, small);
    const guest = visitor(tokenOf(request));
    await assert.rejects(upload(guest, 'large.txt', 'x'.repeat(11)), { code: 'too-large' });
    await assert.rejects(upload(guest, 'a.jpg'), { code: 'not-allowed' });
    await assert.rejects(upload(guest, 'a.pdf'), { code: 'not-allowed' });
    await upload(guest, 'a.txt');
    await upload(guest, 'b.txt');
    await assert.rejects(upload(guest, 'c.txt'), { code: 'quota' });
    await upload(small, 'd.txt');
    for (const folder of [inbox, { id: 'elsewhere' }])
      await assert.rejects(guest.init({ name: 'x.txt', size: 1, type: '' }, { folder, conflict: 'rename' }), { code: 'forbidden' });
    await assert.rejects(guest.init({ name: '../x.txt', size: 1, type: '' }, { folder: ROOT, conflict: 'rename' }), { code: 'invalid' });
    await assert.rejects(upload(visitor(tokenOf(request), 'others'), 'x.txt'), { code: 'forbidden' });
  });

  it('is over when it expires, and nothing under a token that was changed or is a delivery’s', async () => {
    const request = await ask({ expiryDays: 1 });
    const token = tokenOf(request);
    const wrong = (token.startsWith('A') ? 'B' : 'A') + token.slice(1);
    for (const bad of [wrong, 'x', '']) await assert.rejects(upload(visitor(bad), 'x.txt'), { code: 'forbidden' });
    const { items } = await anna.list(ROOT, {});
    const sent = await anna.send({ items: [items[0] ?? ROOT], recipients: [], operation: 'a delivery' });
    await assert.rejects(upload(visitor(sent.link?.slice(-22) ?? ''), 'x.txt'), { code: 'forbidden' });
    await upload(visitor(token), 'x.txt');
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 86_400_000 });
    await assert.rejects(upload(visitor(token), 'y.txt'), { code: 'expired' });
    assert.equal((await reader().get(request.link)).status, 410);
    assert.deepEqual((await anna.requests({})).requests, []);
  });

  it('with a password gives its token only to those who know it', async () => {
    const request = await ask({ password: 'right', message: 'All of them.' });
    await assert.rejects(upload(visitor(tokenOf(request)), 'x.txt'), { code: 'unauthorized' });
    const browser = reader();
    assert.ok(!(await browser.get(request.link)).text.includes('All of them.'));
    assert.equal((await browser.post(request.link, { password: 'wrong' })).status, 403);
    const { text } = await browser.post(request.link, { password: 'right' });
    const [, token = ''] = /data-token="([^"]+)"/.exec(text) ?? [];
    assert.equal(await upload(visitor(token), 'x.txt'), 'x.txt');
    const other = await ask({ password: 'right' });
    await assert.rejects(upload(visitor(token.slice(0, -4) + 'AAAA'), 'x.txt'), { code: 'forbidden' });
    assert.notEqual(tokenOf(other), token);
  });

  it('has a page that says what is asked for, with the element and its token', async () => {
    const request = await ask({ message: 'All of <them>.', help: 'Ask Ada.', recipients: [{ kind: 'email', email: 'one@example.com' }] });
    const { status, text, headers } = await reader().get(request.link);
    assert.equal(status, 200);
    for (const part of [
      '<h1 dir="auto">Your photos</h1>',
      'All of &lt;them&gt;.',
      'Ask Ada.',
      `data-token="${tokenOf(request)}"`,
      'data-backend="files"',
      'data-relay="/relay"',
      'src="/ferrykit.min.js"',
    ])
      assert.ok(text.includes(part), part);
    assert.match(
      headers.get('content-security-policy') ?? '',
      /script-src 'self'; connect-src 'self'.*; require-trusted-types-for 'script'/,
    );
    const script = await fetch(new URL('upload.mjs', request.link));
    assert.deepEqual([script.status, script.headers.get('content-type')], [200, 'text/javascript; charset=utf-8']);
    assert.equal((await reader().download(request.link)).status, 405, 'there is nothing to download');
    const [mail] = catcher.mails;
    assert.ok(mail);
    assert.ok(mail.text.includes(request.link) && mail.text.includes('All of <them>.') && mail.text.includes('Ask Ada.'));
    assert.equal(mail.subject, 'Your photos');
  });

  it('says whose it is to a host that keeps backends for each user', async () => {
    const request = await ask();
    assert.deepEqual(await linkOwner(store, `link:${request.id}`), { backend: 'files', user: 'anna', root: '' });
    assert.equal(await linkOwner(store, 'anna'), undefined);
  });

  it('is refused for what is no folder, or may not be filled', async () => {
    const [file] = (await anna.list(inbox, {})).items.filter(({ kind }) => kind === 'file');
    await assert.rejects(ask({ folder: { id: file?.id ?? '', claim: file?.claim ?? '' } }), { code: 'invalid' });
    const locked = linked(memory({ capabilities: { upload: { conflict: ['ask'] } } }), catcher, { store });
    assert.equal((await locked.capabilities({})).request, false);
    await assert.rejects(locked.request({ folder: ROOT, title: 'x', recipients: [], operation: 'another' }), { code: 'unsupported' });
  });
});
