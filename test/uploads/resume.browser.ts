import { assert, waitUntil } from '@open-wc/testing';
import { memory } from '../../src/adapters/memory.js';
import type { Backend } from '../../src/backend/backend.js';
import { BackendError } from '../../src/backend/errors.js';
import { ROOT } from '../../src/backend/item.js';
import type { Uploads } from '../../src/uploads/queue.js';
import { createUploads } from '../../src/uploads/uploads.js';

const SIZE = 2_000_000;

const bytes = (seed: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length: SIZE }, (_, i) => (i * 31 + (i >> 8) + seed) & 255);
const file = (seed = 0, lastModified = 5): File => new File([bytes(seed)], 'big.bin', { lastModified });

interface Page {
  uploads: Uploads;
  /** Numbers of the parts that this page sent. */
  sent: number[];
  inits: () => number;
}

/** A page on `backend` whose parts from `holdFrom` on never arrive. */
function page(backend: Backend, holdFrom = Infinity): Page {
  const sent: number[] = [];
  let inits = 0;
  const watched: Backend = {
    ...backend,
    init: (...args) => (inits++, backend.init(...args)),
    write: (ticket, part, stream, options) => {
      if (part.number >= holdFrom) return new Promise(() => undefined);
      sent.push(part.number);
      return backend.write?.(ticket, part, stream, options) ?? Promise.reject(new Error('no write'));
    },
  };
  const uploads = createUploads();
  uploads.target = { backend: watched, folder: ROOT, conflict: 'rename' };
  return { uploads, sent, inits: () => inits };
}

const inParts = (account: string): Backend =>
  memory({ account, capabilities: { upload: { partSize: { min: 1, max: 200_000, preferred: 200_000 }, parallelParts: 2 } } });

async function leftBehind(backend: Backend): Promise<Page> {
  const first = page(backend, 5);
  await first.uploads.add([{ file: file() }]);
  void first.uploads.upload();
  await waitUntil(() => first.sent.length === 4);
  await waitUntil(async () => (await page(backend).uploads.unfinished()).some(({ sent }) => sent === 800_000), undefined, {
    timeout: 4000,
  });
  return first;
}

async function stored(backend: Backend): Promise<Uint8Array[]> {
  const { items } = await backend.list(ROOT, {});
  return Promise.all(items.map(async (item) => new Uint8Array(await new Response(await backend.read?.(item, { start: 0 })).arrayBuffer())));
}

describe('going on after the page was closed', () => {
  it('sends only what is missing once the same file is chosen again', async () => {
    const backend = inParts(`resume-${String(Date.now())}`);
    await leftBehind(backend);
    const second = page(backend);
    const [unfinished] = await second.uploads.unfinished();
    assert.deepInclude(unfinished, { name: 'big.bin', size: SIZE, sent: 800_000 });
    await second.uploads.add([{ file: file() }]);
    await second.uploads.upload();
    assert.deepEqual(
      second.sent.sort((a, b) => a - b),
      [5, 6, 7, 8, 9, 10],
    );
    assert.equal(second.inits(), 0);
    assert.deepEqual(await stored(backend), [bytes(0)]);
    assert.deepEqual(await second.uploads.unfinished(), []);
  });

  it('takes another file of the same name, size and date for what it is', async () => {
    const backend = inParts(`other-${String(Date.now())}`);
    await leftBehind(backend);
    const second = page(backend);
    await second.uploads.add([{ file: file(1) }]);
    await second.uploads.upload();
    assert.equal(second.sent.length, 10);
    assert.deepEqual(await stored(backend), [bytes(1)]);
  });

  it('starts over when the backend knows nothing of it any more', async () => {
    const account = `gone-${String(Date.now())}`;
    await leftBehind(inParts(account));
    const backend = inParts(account);
    const second = page(backend);
    await second.uploads.add([{ file: file() }]);
    await second.uploads.upload();
    assert.equal(second.sent.length, 10);
    assert.deepEqual(await stored(backend), [bytes(0)]);
  });

  it("shows nobody another account's unfinished names, and gives one up on request", async () => {
    const backend = inParts(`mine-${String(Date.now())}`);
    await leftBehind(backend);
    assert.deepEqual(await page(inParts(`theirs-${String(Date.now())}`)).uploads.unfinished(), []);
    const { uploads } = page(backend);
    const [unfinished] = await uploads.unfinished();
    if (!unfinished) throw new Error('nothing was left');
    await uploads.discard(unfinished);
    assert.deepEqual(await uploads.unfinished(), []);
  });

  it('a retry in the same page sends only what is missing', async () => {
    const inner = inParts(`retry-${String(Date.now())}`);
    let full = true;
    const { uploads, sent, inits } = page({
      ...inner,
      write: (ticket, part, stream, options) => {
        if (part.number === 6 && full) return Promise.reject(new BackendError('quota', 'The disk is full.'));
        return inner.write?.(ticket, part, stream, options) ?? Promise.reject(new Error('no write'));
      },
    });
    const { added } = await uploads.add([{ file: file() }]);
    await uploads.upload();
    assert.equal(uploads.getFile(added[0] ?? '').ferry?.code, 'quota');
    full = false;
    await uploads.retryUpload(added[0] ?? '');
    assert.deepEqual(await stored(inner), [bytes(0)]);
    assert.equal(inits(), 1);
    // Part 6 twice, and part 5 or 7 if it was stopped on its way.
    assert.isAtMost(sent.length, 12);
  });
});

describe('going on with a delivery after the page was closed', () => {
  /** A backend that keeps files only in deliveries, and counts those that are opened, sent and taken back. */
  function delivering(account: string): Backend & { calls: string[] } {
    const upload = { partSize: { min: 1, max: 200_000, preferred: 200_000 }, parallelParts: 2, needsDelivery: true };
    const inner = memory({ account, capabilities: { upload } });
    const calls: string[] = [];
    return {
      ...inner,
      calls,
      open: (...args) => (calls.push('open'), inner.open(...args)),
      send: (...args) => (calls.push('send'), inner.send(...args)),
      abort: (...args) => (calls.push('abort'), inner.abort(...args)),
    };
  }
  const small = (): File => new File(['small'], 'small.txt', { lastModified: 5 });

  /** A page that was closed with a large file half there and a small one there. */
  async function closed(account: string): Promise<ReturnType<typeof delivering>> {
    const backend = delivering(account);
    const first = page(backend, 5);
    await first.uploads.add([{ file: file() }, { file: small() }]);
    void first.uploads.upload();
    await waitUntil(async () => (await page(backend).uploads.unfinished()).some(({ sent }) => sent === 800_000), undefined, {
      timeout: 4000,
    });
    return backend;
  }
  const lists = async (backend: Backend): Promise<string[]> => (await backend.list(ROOT, {})).items.map(({ name }) => name).sort();

  it('sends what is missing into the same delivery, once the same files are chosen again', async () => {
    const backend = await closed(`delivery-${String(Date.now())}`);
    const second = page(backend);
    await second.uploads.add([{ file: file() }, { file: small() }, { file: new File(['more'], 'more.txt') }]);
    await second.uploads.upload();
    assert.deepEqual(
      second.sent.filter((number) => number > 1).sort((a, b) => a - b),
      [5, 6, 7, 8, 9, 10],
    );
    assert.deepEqual(backend.calls, ['open', 'send']);
    assert.includeMembers(await lists(backend), ['big.bin', 'more.txt', 'small.txt']);
    assert.deepEqual(await second.uploads.unfinished(), []);
    // a third page finds nothing to go on with
    const third = page(backend);
    await third.uploads.add([{ file: file() }, { file: small() }]);
    await third.uploads.upload();
    assert.deepEqual(backend.calls, ['open', 'send', 'open', 'send']);
  });

  it('opens another one where not all of its files are there again', async () => {
    const backend = await closed(`part-${String(Date.now())}`);
    const second = page(backend);
    await second.uploads.add([{ file: file() }]);
    await second.uploads.upload();
    assert.deepEqual([second.sent.length, backend.calls], [10, ['open', 'open', 'send']]);
    assert.deepEqual(await lists(backend), ['big.bin']);
  });

  it('opens another one when the old one is no more', async () => {
    const account = `gone-delivery-${String(Date.now())}`;
    await closed(account);
    const backend = delivering(account);
    const second = page(backend);
    await second.uploads.add([{ file: file() }, { file: small() }]);
    await second.uploads.upload();
    assert.deepEqual([backend.calls.includes('open'), backend.calls.includes('send')], [true, true]);
    assert.deepEqual(await lists(backend), ['big.bin', 'small.txt']);
  });

  it('takes the whole delivery back when one of its files is given up', async () => {
    const backend = await closed(`discarded-${String(Date.now())}`);
    const { uploads } = page(backend);
    const [unfinished] = await uploads.unfinished();
    if (!unfinished) throw new Error('nothing was left');
    await uploads.discard(unfinished);
    assert.deepEqual([backend.calls, await uploads.unfinished()], [['open', 'abort'], []]);
  });
});
