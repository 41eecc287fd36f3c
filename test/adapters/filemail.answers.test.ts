import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { filemail, FILEMAIL_ERRORS } from '../../src/adapters/filemail.js';
import { meaningOf } from '../../src/adapters/filemail.errors.js';
import type { Backend } from '../../src/backend/backend.js';
import { BackendError } from '../../src/backend/errors.js';
import { ROOT, type Item } from '../../src/backend/item.js';
import { memoryStore } from '../../src/relay/store.js';
import { rejects } from '../contract/witness.js';
import { CREDENTIALS } from '../services/filemail/seed.js';
import { deliver, draftOf, lastTransfer, site, standing, to, until, type Site } from './filemail.ground.js';

let ground: Site;

beforeEach(async () => {
  ground = await site();
});

afterEach(() => ground.service.close());

const DAY = 86_400_000;
const html = (status: number) => () =>
  new Response('<!doctype html><title>Bad gateway</title><h1>secret-4711</h1>', { status, headers: { 'content-type': 'text/html' } });

/** A backend for which some answers end before they are whole. */
const cutting = (path: RegExp, length: (whole: string) => number): Backend =>
  ground.as({
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (!path.test(new URL(url as string).pathname)) return response;
      const whole = await response.text();
      return new Response(whole.slice(0, length(whole)), { status: response.status });
    },
  });

describe("Filemail's answers", () => {
  it('are read in every shape that was seen', async () => {
    const { service, backend } = ground;
    const sent = await deliver(backend, { 'a.txt': 'hello' }, { recipients: [to('one@example.com')], expiryDays: 3 });
    const { created } = lastTransfer(service);
    for (const ok of ['OK', 'ok', 'Ok'])
      for (const transferIn of ['data', 'data.transfer', 'root'] as const)
        for (const timeUnit of ['s', 'ms'] as const) {
          Object.assign(service.knobs, { ok, transferIn, timeUnit });
          const found = await backend.delivery({ id: sent.id });
          assert.deepEqual([found.subject, found.items?.length, found.recipients.length], ['Files', 1, 1]);
          assert.ok(Math.abs((found.created ?? 0) - created) < 2000, timeUnit);
          assert.ok(Math.abs((found.expires ?? 0) - created - 3 * DAY) < 2000, timeUnit);
          const changed = await backend.change({ id: sent.id }, { message: 'New' });
          assert.equal(changed.message, 'New');
        }
  });

  it('of long lists come in pages, each transfer once', async () => {
    const { service, backend, as } = ground;
    await deliver(backend, { 'a.txt': 'a' });
    const [, original] = [...service.state.transfers][0] ?? [];
    assert.ok(original);
    for (let number = 0; number < 1500; number += 1)
      service.state.transfers.set(`copy${number}`, { ...original, id: `copy${number}`, files: new Map(), sent: number * 1000 });
    assert.equal((await backend.deliveries({})).deliveries.length, 1501);
    const asked = service.knobs.seen(/^api GET \/transfer\/sent/).map(({ path }) => new URL(path, 'http://api').search);
    assert.deepEqual(asked, ['?getexpired=true&limit=1000&skip=0', '?getexpired=true&limit=1000&skip=1000']);
    for (const transfer of service.state.transfers.values()) transfer.userId = null;
    for (const transfer of service.state.transfers.values())
      transfer.recipients = [{ email: 'stranger@example.com', trackId: '', delivered: true, deliveryError: null }];
    assert.equal((await as({ apiKey: CREDENTIALS.strangerKey }).list(ROOT, {})).items.length, 1501);
    const inbox = service.knobs.seen(/^api GET \/transfer\/inbox/).map(({ path }) => new URL(path, 'http://api').search);
    assert.deepEqual(inbox, ['?limit=1000&skip=0', '?limit=1000&skip=1000']);
  });

  it('that lack a part of the files say how many there are', async () => {
    const { backend, service } = ground;
    await deliver(backend, { a: 'a', b: 'b' });
    const { id } = lastTransfer(service);
    const short: Backend = ground.as({
      fetch: async (...request) => {
        const text = await (await fetch(...request)).text();
        return new Response(text.replace('"containsmorefiles":0', '"containsmorefiles":7'));
      },
    });
    assert.equal((await short.list({ id: `transfer/${id}` }, {})).total, 9);
  });

  it('with the names and numbers of errors become typed errors', () => {
    for (const [name, [number, code]] of Object.entries(FILEMAIL_ERRORS)) {
      for (const status of [200, 400]) {
        assert.equal(meaningOf({ status, text: JSON.stringify({ responsestatus: name }) })?.code, code, name);
        assert.equal(meaningOf({ status, text: JSON.stringify({ responsestatus: name.toUpperCase() }) })?.code, code, name);
        assert.equal(meaningOf({ status, text: JSON.stringify({ responsestatus: 'New', errorcode: number }) })?.code, code, name);
      }
      assert.deepEqual(meaningOf({ status: 400, text: JSON.stringify({ responsestatus: null, errorcode: number }) }), { code, kind: name });
    }
    const meant = (status: number, body: unknown) => meaningOf({ status, text: JSON.stringify(body) });
    assert.equal(meant(200, { responsestatus: 'ok' }), undefined);
    assert.equal(meant(200, {}), undefined);
    assert.deepEqual(meant(200, { responsestatus: 'NeverHeardOf' }), { code: 'invalid', kind: 'NeverHeardOf' });
    assert.deepEqual(meant(409, { responsestatus: 'NeverHeardOf' }), { code: 'not-allowed', kind: 'NeverHeardOf' });
    assert.equal(meant(200, { responsestatus: 'Dear customer, <b>no</b>' })?.kind, undefined);
    assert.equal(meant(500, {}), undefined);
  });

  it('that refuse who asks, or how often, say so', async () => {
    const { backend, service, as } = ground;
    await rejects(as({ apiKey: 'wrong' }).capabilities({}), 'unauthorized');
    service.knobs.retryAfter = 7;
    service.knobs.next(/^api GET \/transfer\/sent/, 'rate-limited');
    await assert.rejects(backend.list(ROOT, {}), { code: 'rate-limited', retryAfter: 7 });
    // What came belongs to the list too, and that request may still be on its way.
    service.knobs.next(/^api GET \/transfer\/sent/, 'error');
    await rejects(backend.list(ROOT, {}), 'server');
    for (const id of ['transfer/none', 'file/none/none', 'nonsense']) await rejects(backend.item({ id }), 'not-found');
    await rejects(backend.delivery({ id: 'none' }), 'not-found');
    await rejects(backend.forward({ id: 'none' }, { recipients: [to('a@example.com')], operation: 'none' }), 'not-found');
  });

  it('that are pages, or no JSON at all, fail with words of our own', async () => {
    const { backend, service } = ground;
    const calls: [RegExp, () => Promise<unknown>][] = [
      [/^api GET \/user\/me/, () => ground.as({}).capabilities({})],
      [/^api GET \/transfer\/sent/, () => backend.list(ROOT, {})],
      [/^api GET \/transfer\/inbox/, () => backend.list(ROOT, {})],
      [/^api GET \/transfer\/x/, () => backend.delivery({ id: 'x' })],
      [/^api POST \/transfer\/initialize/, () => backend.open(draftOf())],
      [/^api POST \/contact\/search/, () => backend.recipients('ada', {})],
    ];
    for (const [pattern, call] of calls)
      for (const answer of [
        html(200),
        html(502),
        () => new Response('{"data":{'),
        () => new Response('null'),
        () => new Response('{"responsestatus":"OK","data":[1]}'),
      ]) {
        service.knobs.instead(pattern, answer);
        const error = await call().then(
          (value) => assert.fail(JSON.stringify(value)),
          (reason: unknown) => reason as { name: string; code: string; message: string },
        );
        assert.equal(error.name, 'BackendError');
        assert.ok(['server', 'not-found'].includes(error.code), error.code);
        assert.ok(error.message.length > 20 && !error.message.includes('secret-4711') && !error.message.includes('<'));
      }
    for (const [pattern, call] of calls) {
      service.knobs.next(pattern, 'cut');
      await rejects(call(), 'offline');
    }
  });

  it('to what changes something, that are pages or cut off, are never taken for a yes', async () => {
    const { backend, service } = ground;
    const sent = await deliver(backend, { 'a.txt': 'a', 'b.txt': 'b' }, { recipients: [to('one@example.com')] });
    const [file, other] = (sent.items ?? []) as [Item, Item];
    const outcome = async (outcomes: ReturnType<Backend['remove']>): Promise<unknown> => {
      const [one] = await outcomes;
      if (one && 'error' in one) throw new BackendError(one.error.code, one.error.message);
      return one;
    };
    let operations = 0;
    const forwarding = (email: string) => ({ recipients: [to(email)], operation: `forwarding ${(operations += 1)}` });
    const calls: [RegExp, () => Promise<unknown>][] = [
      [/^api PUT \/transfer\/file\/rename/, () => backend.rename(file, 'c.txt')],
      [/^api DELETE \/transfer\/file/, () => outcome(backend.remove([other], { recursive: false }))],
      [/^api PUT \/transfer\/[a-z]{15}/, () => backend.rename({ id: `transfer/${sent.id}` }, 'New')],
      [/^api PUT \/transfer\/[a-z]{15}/, () => backend.change(sent, { subject: 'New' })],
      [/^api POST \/transfer\/forward/, () => backend.forward(sent, forwarding('two@example.com'))],
      [/^api POST \/transfer\/share/, () => backend.forward(sent, forwarding('one@example.com'))],
      [/^api DELETE \/transfer\/[a-z]{15}/, () => backend.revoke(sent)],
    ];
    for (const [pattern, call] of calls)
      for (const answer of [html(200), html(502), () => new Response('{"responsestatus":"OK","data":{')]) {
        service.knobs.instead(pattern, answer);
        await assert.rejects(call(), { name: 'BackendError', code: 'server' }, String(pattern));
      }
    const { subject, recipients, items } = await backend.delivery(sent);
    assert.deepEqual([subject, recipients.length, items?.map(({ name }) => name)], ['Files', 1, ['a.txt', 'b.txt']]);
  });

  it('that end early leave no transfer half open', async () => {
    const { service, backend } = ground;
    const path = /\/transfer\/initialize$/;
    const behindTheKey = (whole: string): number => whole.indexOf('"transferurl"') + 20;
    await rejects(cutting(path, behindTheKey).open(draftOf()), 'server');
    assert.deepEqual(standing(service), [['STATUS_CANCELLED', []]]);
    service.knobs.next(/^api POST \/transfer\/initialize$/, 'cut-answer');
    await rejects(backend.open(draftOf()), 'offline');
    assert.deepEqual(standing(service)[1], ['STATUS_CANCELLED', []]);
    // whole, but without the place for the bytes
    const homeless = ground.as({
      fetch: async (...request) =>
        new Response((await (await fetch(...request)).text()).replaceAll('/savefile.ashx', '').replaceAll('http://127', 'ftp://127')),
    });
    await rejects(homeless.open(draftOf()), 'server');
    assert.deepEqual(standing(service)[2], ['STATUS_CANCELLED', []]);
    // without the key nobody can do anything with it, nor anything against it
    await rejects(cutting(path, (whole) => whole.indexOf('"transferkey"')).open(draftOf()), 'server');
    assert.equal(service.state.mails.length, 0);
  });

  it('that never come are not waited for once nobody wants them, and what was opened meanwhile is taken back', async () => {
    const { backend, service } = ground;
    await backend.capabilities({});
    const release = service.knobs.hold(/^api POST \/transfer\/initialize$/);
    const gone = new AbortController();
    const opening = backend.open(draftOf(), { signal: gone.signal });
    await until(() => service.knobs.seen(/initialize/).length > 0);
    gone.abort();
    await rejects(opening, 'aborted');
    release();
    await until(() => service.state.transfers.size > 0 && lastTransfer(service).status === 'STATUS_CANCELLED');
  });

  it('come from a service that is where it is said to be, else the backend is offline', async () => {
    const nowhere = filemail({ apiKey: 'key', baseUrl: 'http://127.0.0.1:9/', store: memoryStore() });
    await rejects(nowhere.capabilities({}), 'offline');
  });
});
