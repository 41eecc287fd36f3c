import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, mock, test } from 'node:test';
import { checkS3, s3 } from '../../src/adapters/s3.js';
import { isBackendError } from '../../src/backend/errors.js';
import { ROOT } from '../../src/backend/item.js';
import { memoryStore } from '../../src/relay/store.js';
import { encoded, noise, put, Refused, send, take } from '../contract/bytes.js';
import { relayed } from '../relay/relayed.js';
import { ask, CORS, makeBucket } from '../tools/bucket.js';
import { begin, digest, ground, itemOf, MIB, refuses, upload, whole } from './s3.ground.js';

const { ceph, backend: fresh, options } = await ground();

/** What a form and parts differ in. */
const SIZES = [5, 6 * MIB];

describe('bad input', () => {
  test('a wrong bucket is told by its name, and nothing counts as removed', async () => {
    const backend = fresh({ bucket: 'nowhere' });
    await refuses(backend.list(ROOT, {}), 'not-found', /there is no such bucket.*NoSuchBucket/);
    await refuses(backend.init({ name: 'a.txt', size: 1, type: '' }, { folder: ROOT, conflict: 'ask' }), 'not-found', /NoSuchBucket/);
    const [outcome] = await backend.remove([{ id: 'folder/' }], { recursive: true });
    ok(outcome && 'error' in outcome && outcome.error.message.includes('NoSuchBucket'), JSON.stringify(outcome));
  });

  test('a wrong key is told apart from a wrong secret', async () => {
    const { accessKeyId, secretAccessKey } = ceph.credentials;
    const wrong = { accessKeyId, secretAccessKey: 'wrong' };
    await refuses(fresh({ credentials: wrong }).list(ROOT, {}), 'unauthorized', /secretAccessKey.*SignatureDoesNotMatch/);
    const nobody = { accessKeyId: 'nobody', secretAccessKey };
    await refuses(fresh({ credentials: nobody }).list(ROOT, {}), 'unauthorized', /accessKeyId.*InvalidAccessKeyId/);
  });

  test('a clock that is off by 20 minutes is named', async (t) => {
    const backend = fresh();
    mock.timers.enable({ apis: ['Date'], now: Date.now() - 20 * 60_000 });
    t.after(() => mock.timers.reset());
    await refuses(backend.list(ROOT, {}), 'unauthorized', /clock.*RequestTimeTooSkewed/);
  });

  test('where CORS is missing the bytes go through the relay', async (t) => {
    const bucket = `closed-${randomUUID()}`;
    await makeBucket(ceph, bucket, '');
    const { backend, cleanup } = await relayed(fresh({ bucket }));
    t.after(() => cleanup?.());
    for (const size of SIZES) {
      const ticket = await begin(backend, `${String(size)}.bin`, size);
      const direct = await backend.part(ticket, whole(size));
      const asked = { origin: 'https://page.example', 'access-control-request-method': 'PUT' };
      const preflight = await fetch(direct.url, { method: 'OPTIONS', headers: asked });
      equal(preflight.headers.get('access-control-allow-origin'), null);
      const around = await backend.part(ticket, { ...whole(size), via: 'relay' });
      ok(!around.url.startsWith(ceph.endpoint));
      const uploaded = await send(around, whole(size), noise(size));
      equal(digest(await take(backend, itemOf(await backend.complete(ticket, [uploaded], {})))), digest(noise(size)));
    }
  });

  test('where CORS does not expose the ETag a file arrives all the same', async () => {
    const backend = fresh();
    const ticket = await begin(backend, 'large.bin', 6 * MIB);
    const parts = [
      { number: 1, start: 0, end: 5 * MIB },
      { number: 2, start: 5 * MIB, end: 6 * MIB },
    ];
    for (const part of parts) {
      const target = await backend.part(ticket, part);
      equal(target.answer, 'etag-if-shown');
      await send(target, part, noise(part.end - part.start));
    }
    equal(itemOf(await backend.complete(ticket, parts, {})).size, 6 * MIB);
  });

  test('CORS that is missing, or does not expose the ETag, is told with the rule to add', async () => {
    const origin = 'https://page.example';
    const told = async (cors: string): Promise<string[]> => {
      const bucket = `cors-${randomUUID()}`;
      await makeBucket(ceph, bucket, cors);
      return checkS3(options({ bucket }), { origin });
    };
    const rule = `{"AllowedOrigins":["${origin}"],"AllowedMethods":["GET","PUT","POST"]`;
    const [missing] = await told('');
    ok(missing?.includes('PUT and POST') && missing.includes(rule), missing);
    const [elsewhere] = await told(CORS.replace('*', 'https://other.example'));
    ok(elsewhere?.includes(rule), elsewhere);
    const [forms] = await told(CORS.replace('<AllowedMethod>POST</AllowedMethod>', ''));
    ok(forms?.includes('do not allow POST from'), forms);
    const [hidden] = await told(CORS.replace('<ExposeHeader>ETag</ExposeHeader>', ''));
    ok(hidden?.includes('"ExposeHeaders": ["ETag"]'), hidden);
    deepEqual(await told(CORS), []);
    await refuses(checkS3(options({ bucket: 'nowhere' }), { origin }), 'not-found', /NoSuchBucket/);
  });

  test('expired URLs are refused, and fresh ones are given', async () => {
    const place = options();
    const [hasty, backend] = [s3({ ...place, expires: 1 }), s3(place)];
    for (const size of SIZES) {
      const ticket = await begin(hasty, `${String(size)}.bin`, size);
      const old = await hasty.part(ticket, whole(size));
      const isRefused = (): Promise<boolean> =>
        send(old, whole(size), noise(size)).then(
          () => false,
          (error: unknown) => error instanceof Refused && error.status === 403,
        );
      for (let refused = false; !refused;) refused = await isRefused();
      const { uploaded } = await put(backend, ticket, whole(size), noise(size));
      equal(itemOf(await backend.complete(ticket, [uploaded], {})).size, size);
    }
  });

  test('a store that answers 503 SlowDown is to be asked again later', async () => {
    const body = '<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>';
    let slow = true;
    const backend = fresh({
      fetch: (url, init) =>
        slow ? Promise.resolve(new Response(body, { status: 503, headers: { 'retry-after': '7' } })) : fetch(url, init),
    });
    await rejects(
      backend.list(ROOT, {}),
      (error) => isBackendError(error) && error.code === 'rate-limited' && error.retryable && error.retryAfter === 7,
    );
    slow = false;
    deepEqual((await backend.list(ROOT, {})).items, []);
    const refusals = [503, 200].map((status) => backend.refusal?.({ status, body: status === 503 ? body : '', size: 1 })?.code);
    deepEqual(refusals, ['rate-limited', undefined]);
  });

  test('a bucket that is deleted in the middle ends an upload, and is named', async () => {
    const bucket = `short-${randomUUID()}`;
    await makeBucket(ceph, bucket);
    const backend = fresh({ bucket, store: memoryStore() });
    const ticket = await begin(backend, 'large.bin', 6 * MIB);
    const { uploaded } = await put(backend, ticket, whole(6 * MIB), noise(6 * MIB));
    await ask(ceph, 'DELETE', bucket);
    await refuses(backend.complete(ticket, [uploaded], {}), 'not-found', /NoSuchBucket/);
  });

  test('an object that is replaced between list and download is given whole, as it is now', async () => {
    const place = options();
    const backend = s3(place);
    await upload(backend, 'report.txt', encoded('as it was'));
    const [listed] = (await backend.list(ROOT, {})).items;
    ok(listed);
    await ask(ceph, 'PUT', `files/${place.prefix ?? ''}report.txt`, 'and as it is now');
    equal(Buffer.from(await take(backend, listed)).toString(), 'and as it is now');
    equal((await backend.item(listed)).size, 16);
    equal(Buffer.from(await take(backend, listed, { start: 4, end: 6 })).toString(), 'as');
  });

  test('a part below 5 MiB, a missing part and a stale ETag are refused, and the upload lives on', async () => {
    const backend = fresh();
    const ticket = await begin(backend, 'large.bin', 6 * MIB);
    await refuses(backend.part(ticket, { number: 1, start: 0, end: MIB }), 'invalid', /5242880/);
    const first = { number: 1, start: 0, end: 5 * MIB };
    const last = { number: 2, start: 5 * MIB, end: 6 * MIB };
    const { uploaded: one } = await put(backend, ticket, first, noise(5 * MIB, 1));
    await refuses(backend.complete(ticket, [one, { ...last, etag: '"0"' }], {}), 'invalid', /Part 2/);
    const { uploaded: two } = await put(backend, ticket, last, noise(MIB));
    await refuses(backend.complete(ticket, [{ ...one, etag: '"0"' }, two], {}), 'invalid', /Part 1/);
    equal(itemOf(await backend.complete(ticket, [one, two], {})).size, 6 * MIB);
  });
});
