import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, afterEach, before, describe, it, mock } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import type { Backend } from '../../src/backend/backend.js';
import type { Item, Ref } from '../../src/backend/item.js';
import { ROOT } from '../../src/backend/item.js';
import { sliceOf } from '../../src/relay/range.js';
import { seals } from '../../src/relay/seal.js';
import { unzip } from './unzip.js';
import { SECRET, wire, type Wire } from './wire.js';

const files = memory({
  capabilities: { list: { pageSize: 2 } },
  seed: {
    'a.txt': '0123456789',
    empty: '',
    'Ünï "code" 日本.txt': 'name',
    'page.html': new Blob(['<script>alert(1)</script>'], { type: 'text/html' }),
    odd: new Blob(['odd'], { type: 'x/y\r\nset-cookie: a=b' }),
    one: { 'a.txt': 'other', sub: { x: '1', y: '2', z: '3', 'empty folder': {} } },
  },
});
let served: Wire;
let anna: Backend;
let items: Map<string, Item>;
before(async () => {
  served = await wire({ backends: { files } });
  anna = served.as('anna');
  const all: Item[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await anna.list(ROOT, cursor === undefined ? {} : { cursor });
    all.push(...page.items);
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  items = new Map(all.map((item) => [item.name, item]));
});
after(() => served.close());
afterEach(() => mock.timers.reset());

const ref = (name: string): Ref => {
  const item = items.get(name);
  assert.ok(item, name);
  return item;
};
const address = async (...names: string[]): Promise<string> => {
  const [download, ...others] = await anna.download(names.map(ref));
  assert.ok(download);
  assert.deepEqual(others, []);
  assert.deepEqual(
    download.ids,
    names.map((name) => ref(name).id),
  );
  return download.url;
};
const get = async (
  url: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; text: string; headers: Headers }> => {
  const response = await fetch(url, { method, headers });
  return { status: response.status, text: await response.text(), headers: response.headers };
};

describe('a file through the relay', () => {
  it('comes whole, under its name, and is nothing that a browser would run', async () => {
    const { status, text, headers } = await get(await address('page.html'));
    assert.deepEqual([status, text], [200, '<script>alert(1)</script>']);
    assert.match(headers.get('content-disposition') ?? '', /^attachment; filename="page.html"/);
    assert.equal(headers.get('content-type'), 'text/html');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.match(headers.get('content-security-policy') ?? '', /sandbox/);
  });

  it('keeps a name of any letters, and no type that would break a header', async () => {
    const { headers } = await get(await address('Ünï "code" 日本.txt'));
    assert.equal(
      headers.get('content-disposition'),
      `attachment; filename="_n_ _code_ __.txt"; filename*=UTF-8''${encodeURIComponent('Ünï "code" 日本.txt')}`,
    );
    const odd = await get(await address('odd'));
    assert.deepEqual([odd.text, odd.headers.get('content-type'), odd.headers.get('set-cookie')], ['odd', 'application/octet-stream', null]);
  });

  it('may be empty', async () => {
    const { status, text, headers } = await get(await address('empty'));
    assert.deepEqual([status, text, headers.get('content-length')], [200, '', '0']);
  });

  it('comes in ranges', async () => {
    const url = await address('a.txt');
    for (const [range, status, text, place] of [
      ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
      ['bytes=7-', 206, '789', 'bytes 7-9/10'],
      ['bytes=-3', 206, '789', 'bytes 7-9/10'],
      ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
      ['bytes=-99', 206, '0123456789', 'bytes 0-9/10'],
      ['bytes=10-', 416, '', 'bytes */10'],
      ['bytes=-0', 416, '', 'bytes */10'],
      ['bytes=4-2', 200, '0123456789', null],
      ['bytes=0-1,4-5', 200, '0123456789', null],
      ['lines=1-2', 200, '0123456789', null],
    ] as const) {
      const answer = await get(url, { range });
      assert.deepEqual([answer.status, answer.text, answer.headers.get('content-range')], [status, text, place], range);
      if (status !== 416) assert.equal(answer.headers.get('content-length'), String(text.length), range);
    }
  });

  it('comes in ranges only of the file that was meant', async () => {
    const url = await address('a.txt');
    const { headers } = await get(url);
    const [etag, modified] = [headers.get('etag') ?? '', headers.get('last-modified') ?? ''];
    for (const condition of [etag, modified])
      assert.equal((await get(url, { range: 'bytes=1-2', 'if-range': condition })).status, 206, condition);
    for (const condition of ['"other"', 'Mon, 01 Jan 2001 00:00:00 GMT'])
      assert.equal((await get(url, { range: 'bytes=1-2', 'if-range': condition })).status, 200);
  });

  it('tells all but its bytes where only that is asked for', async () => {
    const { status, text, headers } = await get(await address('a.txt'), {}, 'HEAD');
    assert.deepEqual([status, text, headers.get('content-length'), headers.get('accept-ranges')], [200, '', '10', 'bytes']);
  });

  it('cannot be had by a changed address, or for ever', async () => {
    const url = await address('a.txt');
    assert.equal((await get(url.slice(0, -9) + 'AAAAA' + url.slice(-4))).status, 403);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 901 * 1000 });
    assert.equal((await get(url)).status, 410);
  });

  it('is not there any more once it was removed', async () => {
    const made = await anna.copy([ref('a.txt')], { to: ROOT, conflict: 'rename', operation: 'one copy' });
    const [copy] = made;
    assert.ok(copy && 'item' in copy);
    const [download] = await anna.download([copy.item]);
    await anna.remove([copy.item], { recursive: false });
    assert.equal((await get(download?.url ?? '')).status, 404);
    await assert.rejects(anna.download([copy.item]), { code: 'not-found' });
    await assert.rejects(anna.download([]), { code: 'invalid' });
  });
});

describe('several items through the relay', () => {
  const packed = async (...names: string[]): Promise<Map<string, string | undefined>> => {
    const response = await fetch(await address(...names));
    assert.equal(response.headers.get('content-type'), 'application/zip');
    return unzip(Buffer.from(await response.arrayBuffer()));
  };

  it('are packed with their folders, from all pages, empty ones too', async () => {
    assert.deepEqual(
      [...(await packed('a.txt', 'one', 'empty'))].sort(),
      [
        ['a.txt', '0123456789'],
        ['empty', ''],
        ['one/', undefined],
        ['one/a.txt', 'other'],
        ['one/sub/', undefined],
        ['one/sub/empty folder/', undefined],
        ['one/sub/x', '1'],
        ['one/sub/y', '2'],
        ['one/sub/z', '3'],
      ].sort(),
    );
  });

  it("are packed under the folder's name, and many as files.zip", async () => {
    assert.match((await get(await address('one'))).headers.get('content-disposition') ?? '', /filename="one.zip"/);
    assert.match((await get(await address('one', 'a.txt'))).headers.get('content-disposition') ?? '', /filename="files.zip"/);
    const head = await get(await address('one'), {}, 'HEAD');
    assert.deepEqual([head.status, head.text], [200, '']);
  });

  it('never unpack over one another', async () => {
    const [, nested] = (await anna.list(ref('one'), {})).items;
    assert.equal(nested?.name, 'a.txt');
    const [download] = await anna.download([ref('a.txt'), nested]);
    const entries = unzip(Buffer.from(await (await fetch(download?.url ?? '')).arrayBuffer()));
    assert.deepEqual(
      [...entries],
      [
        ['a.txt', '0123456789'],
        ['a (2).txt', 'other'],
      ],
    );
  });

  it('never unpack outside, whatever a service takes for a name', async () => {
    const evil = memory({ seed: { dots: { evil: 'evil' } } });
    const renamed = (item: Item): Item => ({ ...item, name: item.name === 'dots' ? '..' : '../..\\etc/evil' });
    const other = await wire({
      backends: {
        files: {
          ...evil,
          item: async (ref, options) => renamed(await evil.item(ref, options)),
          list: async (ref, page, options) => {
            const listing = await evil.list(ref, page, options);
            return { ...listing, items: listing.items.map(renamed) };
          },
        },
      },
    });
    try {
      const one = other.as('anna');
      const [download] = await one.download((await one.list(ROOT, {})).items);
      const entries = unzip(Buffer.from(await (await fetch(download?.url ?? '')).arrayBuffer()));
      assert.deepEqual(
        [...entries],
        [
          ['_/', undefined],
          ['_/.._.._etc_evil', 'evil'],
        ],
      );
    } finally {
      await other.close();
    }
  });

  it('may be so many that no address could hold them', async () => {
    const many = Array.from({ length: 200 }, () => ref('a.txt'));
    const [download] = await anna.download(many);
    assert.ok(download && download.url.length < 1000);
    const entries = unzip(Buffer.from(await (await fetch(download.url)).arrayBuffer()));
    assert.equal(entries.size, 200);
  });

  it('are read as they are taken, one at a time, and no further when nobody takes them', async () => {
    let opened = 0;
    let closed = 0;
    const size = 64 * 2 ** 20;
    const big: Item = { id: '1', name: 'big', kind: 'file', size, can: [] };
    const slow = await wire({
      backends: {
        files: {
          ...files,
          item: ({ id }) => Promise.resolve({ ...big, id, name: id }),
          read: () => {
            opened++;
            let left = size;
            return Promise.resolve(
              new ReadableStream<Uint8Array>({
                pull(controller) {
                  controller.enqueue(new Uint8Array(65_536));
                  if ((left -= 65_536) <= 0) controller.close();
                },
                cancel: () => {
                  closed++;
                },
              }),
            );
          },
        },
      },
      authorize: () => ({ user: 'anna' }),
    });
    try {
      const kept = seals(SECRET);
      const refs = ['1', '2'].map((id) => ({ id, claim: kept.claim('item', { backend: 'files', user: 'anna', root: '' }, id) }));
      const [download] = await slow.as('anna').download(refs);
      const seen = await new Promise<number>((resolve, reject) => {
        const request = httpRequest(download?.url ?? '', (response) => {
          response.once('data', () => {
            response.pause();
            setTimeout(() => {
              resolve(opened);
              request.destroy();
            }, 200);
          });
        });
        request.on('error', reject);
        request.end();
      });
      assert.equal(seen, 1);
      while (closed === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      assert.equal(opened, 1);
    } finally {
      await slow.close();
    }
  });
});

describe('sliceOf', () => {
  it('reads one range of bytes, and ignores what it cannot read', () => {
    assert.deepEqual(sliceOf('bytes=0-0', 10), { start: 0, end: 1 });
    assert.deepEqual(sliceOf(' bytes = 0 - 0 ', 10), { start: 0, end: 1 });
    for (const header of [null, '', 'bytes', 'bytes=', 'bytes=-', 'bytes=a-b', 'bytes=1-2,', 'bytes=-1-2'])
      assert.equal(sliceOf(header, 10), undefined, String(header));
    assert.equal(sliceOf('bytes=0-', 0), false);
    assert.equal(sliceOf('bytes=-5', 0), false);
  });
});
