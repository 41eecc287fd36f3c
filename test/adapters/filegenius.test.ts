import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileGenius, type FileGeniusOptions } from '../../src/adapters/filegenius.js';
import { readPages } from '../../src/adapters/filegenius.folders.js';
import { checkName, isParked, numbered, parkedName } from '../../src/adapters/filegenius.names.js';
import { ancestorsOf, folderOf, placeOf } from '../../src/adapters/filegenius.places.js';
import type { Entry, Page } from '../../src/adapters/filegenius.answers.js';
import { ROOT } from '../../src/backend/item.js';
import { ALLOWED, file, listing, scripted, type Says } from './filegenius.script.js';

const OPTIONS: FileGeniusOptions = { brand: 'tuyu', baseUrl: 'https://acme.example', apiKey: 'key', secret: 's3cr3t' };
const DENIED = '{"error":{"title":"You do not have access privileges for this location","message":"m"}}';

describe('options', () => {
  test('that no site could follow are refused, and none of them is quoted', () => {
    for (const wrong of [
      { brand: 'other' },
      { apiKey: '' },
      { secret: '' },
      { secret: undefined },
      { baseUrl: 'http://acme.example' },
      { maxFileSize: 0 },
    ])
      assert.throws(
        () => fileGenius({ ...OPTIONS, ...wrong } as FileGeniusOptions),
        (error: Error & { code?: string }) => error.code === 'invalid' && !error.message.includes('s3cr3t'),
      );
  });

  test('in a page there is none: it says where it belongs', () => {
    Object.defineProperty(globalThis, 'document', { value: {}, configurable: true });
    try {
      assert.throws(() => fileGenius(OPTIONS), { name: 'BackendError', code: 'unsupported', message: /for servers.*relay\(\)/ });
    } finally {
      Reflect.deleteProperty(globalThis, 'document');
    }
    assert.ok(fileGenius(OPTIONS));
  });

  test('an auth code goes with every request, a fresh one where it is a function', async () => {
    let codes = 0;
    const { backend, asked } = scripted(
      { file_list: listing([file(1, 'a.txt')]), file_rename: { fileInfo: { fileId: 1, fileName: 'b.txt' } } },
      { authCode: () => `code ${(codes += 1)}` },
    );
    await backend.rename({ id: '/1' }, 'b.txt');
    assert.deepEqual(
      asked.map(({ verb, fields }) => [verb, fields['auth_code']]),
      [
        ['GET', 'code 1'],
        ['PUT', 'code 2'],
      ],
    );
  });

  test('answers are asked for in the format that was wanted', async () => {
    const { backend, asked } = scripted(
      { file_list: '<fileList><totalFiles>0</totalFiles><files/><userSettings><admin>1</admin></userSettings></fileList>' },
      { format: 'xml' },
    );
    assert.deepEqual((await backend.list(ROOT, {})).items, []);
    assert.equal(asked[0]?.method, 'file_list.xml');
  });
});

describe('an id', () => {
  test("is a folder's path, or a file's number behind its folder's", () => {
    assert.deepEqual(placeOf(ROOT), { kind: 'folder', path: '/' });
    assert.deepEqual(placeOf({ id: '/a/b c/' }), { kind: 'folder', path: '/a/b c/' });
    assert.deepEqual(placeOf({ id: '/12' }), { kind: 'file', path: '/', number: '12' });
    assert.deepEqual(placeOf({ id: '/a/12' }), { kind: 'file', path: '/a/', number: '12' });
    for (const id of ['a', '/', '//', '/a', '/a/../', '/../12', '/a//12', '/a/\0/', '/./', '12', 'a/12'])
      assert.throws(() => placeOf({ id }), { code: 'not-found' }, id);
    assert.throws(() => folderOf({ id: '/a/12' }), { code: 'invalid' });
    assert.deepEqual(ancestorsOf('/a/ab/c/'), [
      { id: '', name: '' },
      { id: '/a/', name: 'a' },
      { id: '/a/ab/', name: 'ab' },
    ]);
    assert.deepEqual(ancestorsOf('/'), []);
  });
});

describe('a name', () => {
  test('that is parked is nobody else’s, and keeps a plain extension', () => {
    const id = 'a'.repeat(32);
    assert.equal(parkedName(id, 'film.MOV'), `ferrykit-${id}.MOV`);
    for (const name of ['none', 'odd.ä', 'a.b c', 'long.extension00']) assert.equal(parkedName(id, name), `ferrykit-${id}`);
    assert.ok(isParked(parkedName(id, 'a.txt')));
    assert.throws(
      () => {
        checkName(parkedName(id, 'a.txt'));
      },
      { code: 'invalid' },
    );
    for (const name of ['ferrykit-a.txt', 'ferrykit-', `x ferrykit-${id}`]) assert.ok(!isParked(name));
  });

  test('that is numbered fits', () => {
    assert.equal(numbered('a.tar.gz', 'file', 2), 'a.tar (2).gz');
    assert.equal(numbered('a.b', 'folder', 2), 'a.b (2)');
    assert.equal(numbered('.profile', 'file', 1), '.profile (1)');
    assert.equal(new TextEncoder().encode(numbered(`${'é'.repeat(125)}x.txt`, 'file', 12)).length, 255);
  });
});

describe('pages', () => {
  const entry = (id: number): Entry => ({
    id: String(id),
    name: String(id),
    kind: 'file',
    size: 0,
    modified: 0,
    path: '/',
    workspace: '',
    owner: undefined,
  });
  const page = (ids: number[], total: number | undefined): Page => ({ entries: ids.map(entry), total, pageSize: 3, flags: undefined });

  test('are all read, each once, whether their number is told or not', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => index);
    for (const total of [20, undefined]) {
      const asked: number[] = [];
      const { entries } = await readPages((number) => {
        asked.push(number);
        return Promise.resolve(page(ids.slice((number - 1) * 3, number * 3), total));
      });
      assert.deepEqual(
        entries.map(({ id }) => Number(id)),
        ids,
      );
      assert.deepEqual(asked, [1, 2, 3, 4, 5, 6, 7]);
    }
  });

  test('that shift while they are read are read again', async () => {
    const before = [1, 2, 3, 4, 5];
    const after = [0, ...before];
    let asked = 0;
    const { entries } = await readPages((number) => {
      asked += 1;
      const ids = asked === 1 ? before : after;
      return Promise.resolve(page(ids.slice((number - 1) * 3, number * 3), ids.length));
    });
    assert.deepEqual(
      entries.map(({ id }) => Number(id)),
      after,
    );
  });
});

describe('a folder', () => {
  test('of 120 files is asked for in pages of 50', async () => {
    const files = Array.from({ length: 120 }, (_, index) => file(index + 1, `${index}.txt`));
    const { backend, asked } = scripted({
      file_list: ({ current_page = '1' }: Record<string, string>) =>
        listing(files.slice((Number(current_page) - 1) * 50, Number(current_page) * 50), ALLOWED, 120),
    });
    const { items, total, cursor } = await backend.list(ROOT, {});
    assert.deepEqual([items.length, total, cursor], [120, 120, undefined]);
    assert.deepEqual(asked.map(({ fields }) => fields['current_page'] ?? '1').sort(), ['1', '2', '3']);
  });

  test('says what may be done in it and to what is in it', async () => {
    const { backend } = scripted({
      file_list: listing([file(1, 'a.txt'), file(2, 'b', { type: 'folder' })], {
        uploadFiles: 1,
        downloadFiles: 1,
        renameFiles: 1,
        deleteFiles: null,
      }),
    });
    const { folder, items } = await backend.list(ROOT, {});
    assert.deepEqual(folder.can, ['list', 'upload']);
    assert.deepEqual(
      items.map(({ id, can }) => [id, can]),
      [
        ['/b/', ['list', 'upload', 'rename']],
        ['/1', ['download', 'preview', 'rename']],
      ],
    );
  });

  test('that is gone is not found, however the service says so', async () => {
    for (const below of [DENIED, listing([])] as Says[]) {
      const { backend } = scripted({ file_list: ({ path }) => (path === '/' ? listing([file(1, 'a.txt')]) : below) });
      await assert.rejects(backend.list({ id: '/gone/' }, {}), { code: 'not-found' });
      await assert.rejects(backend.item({ id: '/gone/' }), { code: 'not-found' });
      await assert.rejects(backend.rules({ id: '/gone/below/' }), { code: 'not-found' });
    }
  });

  test('that may not be looked into is forbidden, and a fault stays one', async () => {
    const listed = (below: Says) =>
      scripted({ file_list: ({ path }) => (path === '/' ? listing([file(1, 'shut', { type: 'folder' })]) : below) });
    await assert.rejects(listed(DENIED).backend.list({ id: '/shut/' }, {}), { code: 'forbidden' });
    await assert.rejects(listed(new Response('', { status: 503, headers: { 'retry-after': '7' } })).backend.list({ id: '/shut/' }, {}), {
      code: 'server',
      retryAfter: 7,
    });
    await assert.rejects(listed('<html>').backend.list({ id: '/shut/' }, {}), { code: 'server' });
    assert.deepEqual((await listed(listing([])).backend.list({ id: '/shut/' }, {})).items, []);
  });

  test('is searched by the site on Tuyu, and by its listing on FileGenius; only what lies in it is shown', async () => {
    const here = [file(1, 'Harbour.txt'), file(2, 'ferry.txt')];
    const below = file(3, 'harbour below.txt', { path: '/docs/' });
    for (const brand of ['tuyu', 'filegenius'] as const) {
      const { backend, asked } = scripted(
        { file_list: listing(here), file_search_location: listing([...here.slice(0, 1), below]) },
        { brand },
      );
      assert.deepEqual(
        (await backend.list(ROOT, { search: 'harbour' })).items.map(({ name }) => name),
        ['Harbour.txt'],
      );
      const search = asked.find(({ method }) => method === 'file_search_location');
      assert.deepEqual(
        search && [search.fields['search_criteria'], search.fields['path']],
        brand === 'tuyu' ? ['harbour', '/'] : undefined,
      );
    }
  });

  test('narrows what can be done: Tuyu has a call for that, FileGenius a listing', async () => {
    const flags = { admin: 0, uploadFiles: 1, sendFiles: 0, renameFiles: 1 };
    for (const [brand, says, method] of [
      ['tuyu', { user_permissions_location: { userPermissionsLocation: { ...flags, userId: 4 } } }, 'user_permissions_location'],
      ['filegenius', { file_list: listing([file(1, 'a')], flags) }, 'file_list'],
    ] as const) {
      const { backend, asked } = scripted(says, { brand });
      const can = await backend.capabilities({ folder: ROOT });
      assert.deepEqual([can.rename, can.remove, can.send, can.createFolder, can.download], [true, false, false, false, false]);
      assert.equal(can.upload && can.upload.parallelFiles, 1, 'several at once are not allowed');
      assert.deepEqual(
        asked.map((one) => one.method),
        [method],
      );
      assert.ok((await backend.capabilities({})).send);
    }
  });
});

describe('a change', () => {
  test('goes by the verb that the brand has for it, with what the service wants to know', async () => {
    const info = { fileInfo: { fileId: 1, path: '/', fileName: 'new.txt', workspaceName: 'w' } };
    for (const [brand, verb] of [
      ['filegenius', 'PUT'],
      ['tuyu', 'POST'],
    ] as const) {
      let named = 'a.txt';
      const { backend, asked } = scripted(
        {
          file_list: ({ path }) =>
            path === '/' ? listing([file(1, named), file(2, 'to', { type: 'folder' })]) : listing([file(1, 'new.txt')]),
          file_rename: () => ((named = 'new.txt'), info),
          file_move: info,
          file_delete: info,
        },
        { brand },
      );
      assert.equal((await backend.rename({ id: '/1' }, 'new.txt')).name, 'new.txt');
      assert.deepEqual((await backend.move([{ id: '/1' }], { to: { id: '/to/' }, conflict: 'ask', operation: 'operation' }))[0], {
        id: '/1',
        error: { code: 'exists', message: '"new.txt" is there already.' },
      });
      await backend.move([{ id: '/1' }], { to: { id: '/to/' }, conflict: 'replace', operation: 'operation' });
      await backend.remove([{ id: '/1' }], { recursive: false });
      const changes = asked
        .filter((one) => one.verb !== 'GET')
        .map(({ verb: by, method, fields }) => {
          const { api_key, timestamp, signature, ...rest } = fields;
          assert.ok(api_key && timestamp && signature);
          return [by, method, rest];
        });
      assert.deepEqual(changes, [
        [verb, 'file_rename', { file_id: '1', new_name: 'new.txt' }],
        ['POST', 'file_move', { file_id: '1', destination_path: '/to/', overwrite: '1' }],
        ['DELETE', 'file_delete', { file_id: '1' }],
      ]);
    }
  });

  test('whose answer was lost is looked for, and not done again', async () => {
    let files = [file(1, 'a.txt'), file(2, 'b.txt')];
    const lost = (): never => {
      throw new TypeError('cut');
    };
    const { backend, asked } = scripted({
      file_list: () => listing(files),
      file_rename: () => ((files = [file(1, 'new.txt'), file(2, 'b.txt')]), lost()),
      file_delete: () => ((files = []), lost()),
      create_folder: () => ((files = [...files, file(3, 'made', { type: 'folder' })]), lost()),
    });
    assert.equal((await backend.rename({ id: '/1' }, 'new.txt')).name, 'new.txt');
    assert.equal((await backend.createFolder(ROOT, 'made', { conflict: 'ask' })).id, '/made/');
    assert.deepEqual(await backend.remove([{ id: '/1' }], { recursive: false }), [{ id: '/1', removed: true }]);
    assert.equal(asked.filter(({ verb }) => verb !== 'GET').length, 3);
  });

  test('that the service refuses stays refused, and a name is what the service makes of it', async () => {
    const { backend } = scripted({
      file_list: listing([file(1, 'a.txt')]),
      file_rename: ({ new_name }) =>
        new_name === 'taken'
          ? '{"error":{"title":"Please enter a file name that does not already exist."}}'
          : { fileInfo: { fileId: 1, fileName: 'ab.txt' } },
      file_delete: DENIED,
      create_folder: '{"error":{"title":"Cannot create folder"}}',
    });
    assert.equal((await backend.rename({ id: '/1' }, 'a<b.txt')).name, 'ab.txt');
    await assert.rejects(backend.rename({ id: '/1' }, 'taken'), { code: 'exists' });
    await assert.rejects(backend.createFolder(ROOT, 'new', { conflict: 'ask' }), { code: 'not-allowed' });
    const [outcome] = await backend.remove([{ id: '/1' }], { recursive: false });
    assert.equal(outcome && 'error' in outcome && outcome.error.code, 'forbidden');
  });
});

describe('a download', () => {
  const read = async (answer: Response, range: { start: number; end?: number } = { start: 0 }): Promise<string> => {
    const { backend, asked } = scripted({ file_list: listing([file(1, 'a.txt')]), file_download: answer });
    const stream = await backend.read?.({ id: '/1' }, range);
    assert.equal(asked.at(-1)?.fields['file_id'], '1');
    return new Response(stream).text();
  };
  const named = { 'content-disposition': 'attachment; filename="a.txt"' };

  test('is a file where a header names one, and nothing else is, whatever its length', async () => {
    await assert.rejects(read(new Response('12345', { headers: { 'content-length': '5' } })), { code: 'server' });
    for (const headers of [named, { 'file-name': 'a.txt' }] as HeadersInit[])
      assert.equal(await read(new Response('12345', { headers })), '12345');
    // a JSON file is a file, even if it tells of an error
    const { backend } = scripted({
      file_list: listing([file(1, 'a.json', { size: DENIED.length })]),
      file_download: new Response(DENIED, { headers: { ...named, 'content-type': 'application/json' } }),
    });
    assert.equal(await new Response(await backend.read?.({ id: '/1' }, { start: 0 })).text(), DENIED);
  });

  test('that the service refuses is never taken for a file', async () => {
    for (const [answer, code] of [
      [new Response(DENIED), 'forbidden'],
      [new Response('<error>\n<title>Authentication Failed</title><message>m</message></error>', { status: 401 }), 'unauthorized'],
      [new Response('<html>Bad gateway</html>'), 'server'],
      [new Response('12345', { status: 500, headers: named }), 'server'],
    ] as const)
      await assert.rejects(read(answer), { code });
  });

  test('of a range asks for one, and cuts it out where it gets the whole', async () => {
    for (const [start, end, text] of [
      [0, 1, '1'],
      [1, 3, '23'],
      [4, 5, '5'],
      [2, 2, ''],
    ] as const)
      assert.equal(await read(new Response('12345', { headers: named }), { start, end }), text);
    assert.equal(
      await read(new Response('23', { status: 206, headers: { ...named, 'content-range': 'bytes 1-2/5' } }), { start: 1, end: 3 }),
      '23',
    );
    await assert.rejects(read(new Response('12345', { headers: named }), { start: 2, end: 6 }), { code: 'invalid' });
  });

  test('that ends too early fails', async () => {
    await assert.rejects(read(new Response('123', { headers: named })), { code: 'server', message: /ended before/ });
  });
});
