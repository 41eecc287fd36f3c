import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Backend } from '../../src/backend/backend.js';
import { ROOT } from '../../src/backend/item.js';
import { phaseOf, type UploadPhase, type Uploads } from '../../src/uploads/queue.js';
import { createUploads } from '../../src/uploads/uploads.js';
import { encoded, noise, put } from '../contract/bytes.js';
import { rejects } from '../contract/witness.js';
import { wire, type Wire } from '../relay/wire.js';
import { sha256 } from '../services/filemail/asking.js';
import { bring, deliver, draftOf, lastTransfer, site, standing, type Site } from './filemail.ground.js';

const WHOLE = { number: 1, start: 0, end: 1 };

let ground: Site;
let served: Wire;
const queues: Uploads[] = [];

beforeEach(async () => {
  ground = await site();
  served = await wire({ backends: { files: ground.backend } });
});

afterEach(async () => {
  for (const queue of queues.splice(0)) queue.destroy();
  await served.close();
  await ground.service.close();
});

/** A queue, as a page has it: it asks about names that are taken, though the backend never does. */
function queueTo(backend: Backend): Uploads {
  const uploads = createUploads();
  uploads.target = { backend, folder: ROOT, conflict: 'ask' };
  queues.push(uploads);
  return uploads;
}

const phases = (uploads: Uploads): Record<string, UploadPhase> =>
  Object.fromEntries(Object.values(uploads.getState().files).map((file) => [file.name ?? '', phaseOf(file)]));
const add = (uploads: Uploads, ...names: string[]) => uploads.add(names.map((name) => ({ file: new File([name], name) })));
const queries = (pattern: RegExp) =>
  ground.service.knobs.seen(pattern).map(({ path }) => Object.fromEntries(new URL(path, 'http://files').searchParams));
const text = async (name: string) => {
  const { state } = ground.service;
  return Buffer.from(await state.bytes(state.file(lastTransfer(ground.service).id, name))).toString();
};

describe('a file on its way to Filemail', () => {
  it('goes in chunks of one size, with every parameter in the query', async () => {
    const { backend, service } = ground;
    const draft = draftOf();
    const { ticket: delivery } = await backend.open(draft);
    const bytes = noise(5_000_003);
    const file = { name: 'ä & b+c%20#?.bin', size: bytes.length, type: '', path: 'deep/er' };
    const initiated = await backend.init(file, { folder: ROOT, conflict: 'rename', delivery });
    assert.ok('ticket' in initiated);
    const cuts = [
      { number: 1, start: 0, end: 5_000_000 },
      { number: 2, start: 5_000_000, end: bytes.length },
    ];
    const parts = await Promise.all(
      cuts.map((part) => put(backend, initiated.ticket, part, bytes.subarray(part.start, part.end)).then(({ uploaded }) => uploaded)),
    );
    await backend.complete(initiated.ticket, parts, {});
    const { id, key } = lastTransfer(service);
    const same = { transferid: id, transferkey: key, thefilename: 'deep/er/ä & b+c%20#?.bin', chunksize: '5000000', chunks: '2' };
    const chunks = queries(/^files POST/).sort((a, b) => Number(a['chunk']) - Number(b['chunk']));
    assert.deepEqual(chunks, [
      { ...same, chunk: '0' },
      { ...same, chunk: '1' },
    ]);
    const [request] = service.knobs.seen(/^files POST/);
    assert.deepEqual([request?.headers['content-type'], request?.headers['x-api-key']], ['application/octet-stream', undefined]);
    await backend.send({ ...draft, delivery });
    assert.equal(await service.state.sha256(service.state.file(id, same.thefilename)), sha256(bytes));
  });

  it('is one chunk when it is empty', async () => {
    await deliver(ground.backend, { empty: '' });
    const [{ chunk, chunks, chunksize } = {}] = queries(/^files POST/);
    assert.deepEqual([chunk, chunks, chunksize, await text('empty')], ['0', '1', '1', '']);
  });

  it('is sent again by the queue when the service asks for it with 406 or 449', async () => {
    for (const backend of [ground.backend, served.as('anna')]) {
      const uploads = queueTo(backend);
      ground.service.knobs.refuseChunks = [406, 449];
      await add(uploads, 'a.txt', 'b.txt');
      await uploads.upload();
      assert.deepEqual(phases(uploads), { 'a.txt': 'done', 'b.txt': 'done' });
      assert.deepEqual([await text('a.txt'), await text('b.txt')], ['a.txt', 'b.txt']);
    }
    const statuses = ground.service.knobs.seen(/^files POST/).map(({ status }) => status);
    assert.deepEqual(statuses.sort(), [200, 200, 200, 200, 406, 406, 449, 449].sort());
  });

  it('goes to the server that stands in when the first one stays down', async () => {
    const { knobs } = ground.service;
    Object.assign(knobs, { errorRate: 1, strikes: /^files POST/, faults: ['error'] });
    const uploads = queueTo(served.as('anna'));
    await add(uploads, 'a.txt');
    await uploads.upload();
    assert.equal(await text('a.txt'), 'a.txt');
    assert.deepEqual([knobs.seen(/^files POST/).length, knobs.seen(/^alternate POST/).length], [2, 1]);
  });

  it('goes once more to the server that failed, and then to all in turn', async () => {
    const { as, service } = ground;
    const urls = [service.filesUrl, service.alternateUrl, 'http://third.example'];
    const three = as({
      fetch: async (...request) => {
        const answer = await (await fetch(...request)).text();
        return new Response(answer.replace(/("alternate_urls":\["[^"]+")/, `$1,${JSON.stringify(urls[2])}`));
      },
    });
    const { ticket: delivery } = await three.open(draftOf());
    const initiated = await three.init({ name: 'a.txt', size: 1, type: '' }, { folder: ROOT, conflict: 'rename', delivery });
    assert.ok('ticket' in initiated);
    const { ticket } = initiated;
    const asked = [0, 1, 2, 3, 4, 5].map(async (retry) => new URL((await three.part(ticket, { ...WHOLE, retry })).url));
    const servers = await Promise.all(asked);
    assert.deepEqual(
      servers.map(({ origin }) => urls.indexOf(origin)),
      [0, 0, 1, 2, 0, 1],
    );
    // a host alone has the path of the server that it stands in for
    assert.deepEqual(new Set(servers.map(({ pathname }) => pathname)), new Set(['/savefile.ashx']));
  });

  it('that is cancelled under way takes its transfer back, through the relay too', async () => {
    const { service } = ground;
    const backend = served.as('anna');
    const { ticket: delivery } = await backend.open(draftOf());
    const { ticket } = await bring(backend, delivery, 'a.txt', 'a');
    await backend.abort(ticket);
    assert.deepEqual(standing(service), [['STATUS_CANCELLED', []]]);
    await rejects(bring(backend, delivery, 'b.txt', 'b'), 'not-found');
  });

  it('keeps apart from another one of its name', async () => {
    const { backend, service } = ground;
    const draft = draftOf();
    const { ticket: delivery } = await backend.open(draft);
    for (const content of ['one', 'other']) await bring(backend, delivery, 'same.txt', content);
    await bring(backend, delivery, 'SAME.txt', 'third');
    await backend.send({ ...draft, delivery });
    assert.deepEqual(standing(service), [['STATUS_COMPLETE', ['SAME (3).txt', 'same (2).txt', 'same.txt']]]);
    assert.deepEqual([await text('same.txt'), await text('same (2).txt')], ['one', 'other']);
  });

  it('is not complete when its answer said no under a good status, or was none', async () => {
    const { backend, service } = ground;
    const said: [string, string][] = [
      ['application/json', '{"responsestatus":"UnknownError","errorcode":1001}'],
      ['application/json', '{"responsestatus":"OK"'],
      ['text/html', '<!doctype html><title>Sign in to the network</title>'],
    ];
    for (const [type, body] of said) {
      const { ticket: delivery } = await backend.open(draftOf());
      service.knobs.instead(/^files POST/, () => new Response(body, { headers: { 'content-type': type } }));
      const { ticket, uploaded } = await bring(backend, delivery, 'a.txt', 'a');
      await rejects(backend.complete(ticket, [uploaded], {}), 'invalid');
      const again = await put(backend, ticket, WHOLE, encoded('a'));
      assert.deepEqual(await backend.complete(ticket, [again.uploaded], {}), { pending: true });
    }
    for (const body of ['', 'ok', '{}', '{"responsestatus":"ok"}']) {
      const { ticket: delivery } = await backend.open(draftOf());
      service.knobs.instead(/^files POST/, () => new Response(body));
      const { ticket, uploaded } = await bring(backend, delivery, 'a.txt', 'a');
      assert.deepEqual(await backend.complete(ticket, [uploaded], {}), { pending: true });
    }
  });

  it('larger than a transfer may be is refused before it begins', async () => {
    ground.service.knobs.maxTransferSize = 10;
    const backend = ground.as({});
    const { ticket: delivery } = await backend.open(draftOf());
    const file = { name: 'large.bin', size: 11, type: '' };
    await rejects(backend.init(file, { folder: ROOT, conflict: 'rename', delivery }), 'too-large');
    assert.equal((await backend.rules(ROOT)).maxFileSize, 10);
    await rejects(backend.open(draftOf({ size: 11 })), 'quota');
  });
});
