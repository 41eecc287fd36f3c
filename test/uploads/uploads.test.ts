import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import type { Backend } from '../../src/backend/backend.js';
import { BackendError } from '../../src/backend/errors.js';
import { ROOT, type Item } from '../../src/backend/item.js';
import type { UploadCapability } from '../../src/backend/upload.js';
import { phaseOf, type UploadFile, type UploadPhase, type Uploads } from '../../src/uploads/queue.js';
import { createUploads } from '../../src/uploads/uploads.js';
import { storeOverHttp, type StoreOverHttp } from './store-over-http.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function overHttp(upload: Partial<UploadCapability> = {}, inner: Backend = memory()): Promise<StoreOverHttp & { inner: Backend }> {
  const store = await storeOverHttp(inner, upload);
  cleanups.push(() => store.close());
  return Object.assign(store, { inner });
}

function queueTo(backend: Backend, conflict: 'ask' | 'rename' | 'replace' | 'skip' = 'ask'): Uploads {
  const uploads = createUploads();
  uploads.target = { backend, folder: ROOT, conflict };
  cleanups.push(() => {
    uploads.destroy();
  });
  return uploads;
}

const file = (name: string, bytes: BlobPart = name): File => new File([bytes], name, { type: 'text/plain', lastModified: 1e12 });
const random = (size: number): Buffer<ArrayBuffer> => Buffer.from(randomBytes(size));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function readAll(backend: Backend, item: Item): Promise<Buffer> {
  const stream = await backend.read?.(item, { start: 0 });
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Everything that lies in a backend: path → sha-256. */
async function contents(backend: Backend, folder = ROOT, path = ''): Promise<Record<string, string>> {
  const { items } = await backend.list(folder, { limit: 1000 });
  const all: Record<string, string> = {};
  for (const item of items) {
    if (item.kind === 'folder') Object.assign(all, await contents(backend, item, `${path}${item.name}/`));
    else all[path + item.name] = sha256(await readAll(backend, item));
  }
  return all;
}

/** Resolves when a file is in that phase. */
function inPhase(uploads: Uploads, phase: UploadPhase, name?: string): Promise<UploadFile> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = Object.values(uploads.getState().files).find((one) => phaseOf(one) === phase && (!name || one.name === name));
      if (!found) return;
      uploads.off('state-update', look);
      resolve(found);
    };
    uploads.on('state-update', look);
    look();
  });
}

const phases = (uploads: Uploads): Record<string, UploadPhase> =>
  Object.fromEntries(Object.values(uploads.getState().files).map((one) => [one.name ?? '', phaseOf(one)]));

describe('the queue', () => {
  test('sends files of any size byte for byte, in a backend of the page', async () => {
    const backend = memory({ capabilities: { upload: { partSize: { min: 1, max: 70_000, preferred: 50_000 } } } });
    const uploads = queueTo(backend);
    const bodies = { empty: Buffer.alloc(0), one: random(1), parts: random(400_001) };
    await uploads.add(Object.entries(bodies).map(([name, bytes]) => ({ file: file(name, bytes) })));
    await uploads.upload();
    assert.deepEqual(await contents(backend), Object.fromEntries(Object.entries(bodies).map(([name, bytes]) => [name, sha256(bytes)])));
    for (const one of Object.values(uploads.getState().files)) assert.equal(one.ferry?.item?.name, one.name);
  });

  test('sends them over HTTP, the parts in parallel, with at most five connections to a relay', async () => {
    const store = await overHttp({ partSize: { min: 1, max: 100_000, preferred: 100_000 }, parallelParts: 6, bytes: 'relay' });
    store.delay = 20;
    const uploads = queueTo(store.backend);
    const big = random(1_050_000);
    await uploads.add([{ file: file('big', big) }, { file: file('small', 'x') }, { file: file('empty', '') }]);
    await uploads.upload();
    assert.deepEqual(await contents(store.inner), { big: sha256(big), small: sha256(Buffer.from('x')), empty: sha256(Buffer.alloc(0)) });
    assert.equal(store.most, 5);
    assert.equal(store.requests.length, 13);
  });

  test('keeps the paths of a dropped folder, where the backend takes paths and where it makes folders', async () => {
    for (const folders of ['path', 'create'] as const) {
      const backend = memory({ capabilities: { upload: { folders } } });
      let made = 0;
      const counted: Backend = { ...backend, createFolder: (...args) => (made++, backend.createFolder(...args)) };
      const uploads = queueTo(counted);
      const files = Array.from({ length: 40 }, (_, i) => ({ file: file(`f${String(i)}`), path: i % 2 ? 'top/inner' : 'top' }));
      await uploads.add(files);
      await uploads.upload();
      assert.deepEqual(Object.keys(await contents(backend)).sort(), files.map(({ file: { name }, path }) => `${path}/${name}`).sort());
      assert.equal(made, folders === 'create' ? 2 : 0);
    }
  });

  test('a store that is busy is tried again, after as long as it asks for', async () => {
    const store = await overHttp();
    store.faults.push({ status: 503 }, { status: 429, retryAfter: '1' }, { status: 500 });
    const uploads = queueTo(store.backend);
    await uploads.add([{ file: file('a') }]);
    await uploads.upload();
    assert.deepEqual(phases(uploads), { a: 'done' });
    assert.equal(store.requests.length, 4);
    const [, second, third] = store.requests;
    assert.ok((third?.at ?? 0) - (second?.at ?? 0) >= 990);
  });

  test('a refusal is final, said in words, and holds up nothing', async () => {
    const store = await overHttp();
    store.faults.push({ status: 413 });
    const uploads = queueTo(store.backend);
    await uploads.add([{ file: file('refused') }]);
    await uploads.upload();
    await uploads.add([{ file: file('next') }]);
    await uploads.upload();
    assert.deepEqual(phases(uploads), { refused: 'failed', next: 'done' });
    assert.equal(Object.values(uploads.getState().files)[0]?.ferry?.code, 'too-large');
    assert.equal(store.requests.length, 2);
    await uploads.retryAll();
    assert.deepEqual(phases(uploads), { refused: 'done', next: 'done' });
  });

  test('a URL that expired while the part waited is asked for again', async () => {
    const store = await overHttp({ partSize: { min: 1, max: 1000, preferred: 1000 } });
    store.lifetime = 0.15;
    store.delay = 40;
    const bytes = random(60_000);
    const uploads = queueTo(store.backend);
    await uploads.add([{ file: file('long', bytes) }]);
    await uploads.upload();
    assert.deepEqual(await contents(store.inner), { long: sha256(bytes) });
  });

  test('a connection that was cut costs that part once more, and a lost answer too', async () => {
    const store = await overHttp({ partSize: { min: 1, max: 1000, preferred: 1000 } });
    store.faults.push('cut', 'lose-answer');
    const bytes = random(5000);
    const uploads = queueTo(store.backend);
    await uploads.add([{ file: file('cut', bytes) }]);
    await uploads.upload();
    assert.deepEqual(await contents(store.inner), { cut: sha256(bytes) });
    assert.equal(store.requests.length, 7);
  });

  test('a part that may not go twice goes again only when the store says that it is not there', async () => {
    const store = await overHttp({ retryParts: false, resume: 'parts' });
    const uploads = queueTo(store.backend);
    const bytes = random(5000);
    for (const [fault, requests] of [
      ['lose-answer', 1],
      ['cut', 2],
      [{ status: 503 }, 2],
    ] as const) {
      const name = JSON.stringify(fault);
      store.requests.length = 0;
      store.faults.push(fault);
      await uploads.add([{ file: file(name, bytes) }]);
      await uploads.upload();
      assert.equal((await contents(store.inner))[name], sha256(bytes), name);
      assert.equal(store.requests.length, requests, name);
    }
  });

  test('a part that may not go twice fails where nobody can tell whether it is there, and a retry begins anew', async () => {
    const store = await overHttp({ retryParts: false, resume: 'kept' });
    store.faults.push('lose-answer');
    const uploads = queueTo(store.backend);
    let opened = 0;
    const init = store.backend.init.bind(store.backend);
    store.backend.init = (...args) => {
      opened += 1;
      return init(...args);
    };
    const bytes = random(100);
    await uploads.add([{ file: file('lost', bytes) }]);
    await uploads.upload();
    assert.deepEqual(phases(uploads), { lost: 'failed' });
    assert.equal(store.requests.length, 1);
    await uploads.retryAll();
    assert.deepEqual(phases(uploads), { lost: 'done' });
    assert.deepEqual([opened, store.requests.length], [2, 2]);
    assert.deepEqual(await contents(store.inner), { lost: sha256(bytes) });
  });

  test('while the backend is away files wait, and then go on by themselves', async () => {
    const store = await overHttp({ partSize: { min: 1, max: 1000, preferred: 1000 } });
    store.delay = 30;
    const bytes = random(20_000);
    const uploads = queueTo(store.backend);
    await uploads.add([{ file: file('a', bytes) }, { file: file('b') }]);
    const done = uploads.upload();
    while (store.requests.length < 6) await new Promise((resolve) => setTimeout(resolve, 5));
    await store.down();
    await inPhase(uploads, 'waiting', 'a');
    await store.up();
    await done;
    assert.deepEqual(phases(uploads), { a: 'done', b: 'done' });
    assert.equal((await contents(store.inner))['a'], sha256(bytes));
  });

  test('a file that was changed after it was chosen fails in words, and the others go on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ferrykit-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const path = join(folder, 'gone.txt');
    await writeFile(path, 'first');
    const gone = new File([await openAsBlob(path)], 'gone.txt');
    await rm(path);
    const store = await overHttp();
    const uploads = queueTo(store.backend);
    await uploads.add([{ file: gone }, { file: file('stays') }]);
    await uploads.upload();
    assert.deepEqual(phases(uploads), { 'gone.txt': 'failed', stays: 'done' });
    assert.equal(Object.values(uploads.getState().files)[0]?.ferry?.code, 'changed');
  });

  test('pauses and resumes one file, and all', async () => {
    const store = await overHttp({ partSize: { min: 1, max: 1000, preferred: 1000 } });
    store.delay = 15;
    const bytes = random(40_000);
    const uploads = queueTo(store.backend);
    const { added } = await uploads.add([{ file: file('a', bytes) }, { file: file('b', random(30_000)) }]);
    const done = uploads.upload();
    while (store.requests.length < 8) await new Promise((resolve) => setTimeout(resolve, 5));
    uploads.pauseAll();
    assert.deepEqual(phases(uploads), { a: 'paused', b: 'paused' });
    await new Promise((resolve) => setTimeout(resolve, 60));
    const sent = store.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(store.requests.length, sent);
    uploads.pauseResume(added[1] ?? '');
    await inPhase(uploads, 'done', 'b');
    assert.equal(phases(uploads)['a'], 'paused');
    uploads.resumeAll();
    await done;
    assert.equal((await contents(store.inner))['a'], sha256(bytes));
  });

  test('a paused file does not keep others from going', async () => {
    const backend = memory();
    const uploads = queueTo(backend);
    const { added } = await uploads.add(Array.from({ length: 40 }, (_, i) => ({ file: file(`p${String(i)}`) })));
    const done = uploads.upload();
    for (const id of added) uploads.pauseResume(id);
    await uploads.add([{ file: file('free') }]);
    await uploads.upload();
    assert.equal(phases(uploads)['free'], 'done');
    uploads.resumeAll();
    await done;
    assert.equal(Object.keys(await contents(backend)).length, 41);
  });

  test('a cancelled file leaves nothing behind, and the rest goes on', async () => {
    const store = await overHttp({ partSize: { min: 1, max: 1000, preferred: 1000 } });
    const aborted: unknown[] = [];
    const backend: Backend = { ...store.backend, abort: (...args) => (aborted.push(args[0]), store.inner.abort(...args)) };
    store.delay = 20;
    const uploads = queueTo(backend);
    const { added } = await uploads.add([{ file: file('a', random(50_000)) }, { file: file('b', random(3000)) }]);
    const done = uploads.upload();
    while (store.requests.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    uploads.removeFiles([added[0] ?? '']);
    await done;
    assert.deepEqual(Object.keys(await contents(store.inner)), ['b']);
    assert.equal(aborted.length, 1);
  });

  test('asks about a name that is taken, and does what was chosen', async () => {
    const backend = memory();
    const before = queueTo(backend);
    const names = ['keep', 'replace', 'skip'];
    await before.add(names.map((name) => ({ file: file(name, 'old') })));
    await before.upload();
    const uploads = queueTo(backend);
    await uploads.add(names.map((name) => ({ file: file(name, 'new') })));
    const done = uploads.upload();
    for (const [name, choice] of [
      ['keep', 'rename'],
      ['replace', 'replace'],
      ['skip', 'skip'],
    ] as const) {
      const asking = await inPhase(uploads, 'asking', name);
      assert.equal(asking.ferry?.exists?.name, name);
      uploads.answer(asking.id, choice);
    }
    await done;
    const old = sha256(Buffer.from('old'));
    const fresh = sha256(Buffer.from('new'));
    assert.deepEqual(await contents(backend), { keep: old, 'keep (1)': fresh, replace: fresh, skip: old });
    assert.deepEqual(phases(uploads), { keep: 'done', replace: 'done' });
  });

  test('asks once for all, when the person says so, and asks again for the next upload', async () => {
    const backend = memory();
    const names = Array.from({ length: 60 }, (_, i) => `n${String(i)}`);
    const before = queueTo(backend);
    await before.add(names.map((name) => ({ file: file(name, 'old') })));
    await before.upload();
    const uploads = queueTo(backend);
    await uploads.add(names.map((name) => ({ file: file(name, 'new') })));
    const done = uploads.upload();
    uploads.answer((await inPhase(uploads, 'asking')).id, 'rename', true);
    await done;
    assert.equal(Object.keys(await contents(backend)).length, 120);
    await uploads.add([{ file: file('n1', 'newer') }]);
    const again = uploads.upload();
    uploads.answer((await inPhase(uploads, 'asking')).id, 'skip');
    await again;
    assert.equal(Object.keys(await contents(backend)).length, 120);
  });

  test('an answer to `complete` that was lost is asked for, not repeated blindly', async () => {
    const inner = memory();
    let completes = 0;
    const backend: Backend = {
      ...inner,
      complete: async (...args) => {
        const answer = await inner.complete(...args);
        if (++completes === 1) throw new BackendError('server', 'The answer was lost.');
        return answer;
      },
    };
    const uploads = queueTo(backend);
    await uploads.add([{ file: file('a') }]);
    await uploads.upload();
    assert.deepEqual(phases(uploads), { a: 'done' });
    assert.equal(completes, 1);
    assert.equal(Object.keys(await contents(inner)).length, 1);
  });

  test('one name twice: both live', async () => {
    const backend = memory();
    const uploads = queueTo(backend, 'rename');
    await uploads.add([{ file: file('same', 'one') }, { file: new File(['two!'], 'same', { lastModified: 7 }) }]);
    await uploads.upload();
    assert.deepEqual(Object.values(await contents(backend)).sort(), [sha256(Buffer.from('one')), sha256(Buffer.from('two!'))].sort());
  });

  test('a store that the page cannot reach is gone round by the relay', async () => {
    const store = await overHttp({ bytes: 'direct' });
    const asked: (string | undefined)[] = [];
    const backend: Backend = {
      ...store.backend,
      part: async (ticket, part, options) => {
        asked.push(part.via);
        const target = await store.backend.part(ticket, part, options);
        // Nobody listens at port 1: a page sees the same of a store without CORS.
        return part.via ? target : { ...target, url: 'http://127.0.0.1:1/' };
      },
    };
    const uploads = queueTo(backend);
    await uploads.add([{ file: file('a') }]);
    await uploads.upload();
    await uploads.add([{ file: file('b') }]);
    await uploads.upload();
    assert.deepEqual(phases(uploads), { a: 'done', b: 'done' });
    assert.equal(asked.filter((via) => via === 'relay').length, 2);
  });

  test('without a backend it says so', async () => {
    const uploads = createUploads();
    await uploads.add([{ file: file('a') }]);
    await uploads.upload();
    assert.match(Object.values(uploads.getState().files)[0]?.error ?? '', /<ferry-provider>/);
  });
});

describe('limits', () => {
  test('each has its code, and the rest of the drop is taken', async () => {
    const uploads = queueTo(memory());
    const { added, rejected } = await uploads.add(
      [file('ok.txt'), file('big.txt', 'x'.repeat(20)), file('no.exe'), file('bad name.txt'), file('forbidden.txt'), file('ok.txt')].map(
        (one) => ({ file: one }),
      ),
      {
        limits: {
          accept: ['.txt', '.exe'],
          maxSize: 15,
          rules: { refusedExtensions: ['exe'], namePattern: '^\\S+$', maxNameLength: 9, nameUnit: 'bytes' },
        },
      },
    );
    assert.equal(added.length, 1);
    assert.deepEqual(
      rejected.map(({ file: { name }, code, limit }) => [name, code, limit]),
      [
        ['big.txt', 'too-large', 15],
        ['no.exe', 'not-allowed', undefined],
        ['bad name.txt', 'invalid', 9],
        ['forbidden.txt', 'invalid', 9],
        ['ok.txt', 'exists', undefined],
      ],
    );
  });

  test('a drop that is too many or too much is refused whole', async () => {
    const uploads = queueTo(memory());
    const three = [file('a'), file('b'), file('c')].map((one) => ({ file: one }));
    assert.deepEqual(
      (await uploads.add(three, { limits: { maxFiles: 2 } })).rejected.map(({ code }) => code),
      ['too-many', 'too-many', 'too-many'],
    );
    assert.deepEqual(
      (await uploads.add(three, { limits: { maxTotal: 2 } })).rejected.map(({ code }) => code),
      Array(3).fill('total-too-large'),
    );
    assert.equal((await uploads.add(three, { limits: { maxFiles: 3, maxTotal: 3 } })).added.length, 3);
  });

  test('accept reads extensions, media types and wildcards', async () => {
    const uploads = queueTo(memory());
    const files = [
      new File([''], 'a.PNG', { type: 'image/png' }),
      new File([''], 'b.tar.gz'),
      new File([''], 'c.pdf', { type: 'application/pdf' }),
    ];
    const taken = async (accept: string[]): Promise<string> => {
      const { rejected } = await uploads.add(
        files.map((one) => ({ file: one })),
        { limits: { accept, maxFiles: 0 } },
      );
      return rejected
        .filter(({ code }) => code === 'too-many')
        .map(({ file: { name } }) => name)
        .join();
    };
    assert.equal(await taken(['image/*']), 'a.PNG');
    assert.equal(await taken(['.tar.gz', ' .png ']), 'a.PNG,b.tar.gz');
    assert.equal(await taken(['application/pdf']), 'c.pdf');
    assert.equal(await taken(['*/*']), 'a.PNG,b.tar.gz,c.pdf');
  });
});
