import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileGeniusOptions } from '../../src/adapters/filegenius.js';
import type { Backend } from '../../src/backend/backend.js';
import { ROOT } from '../../src/backend/item.js';
import type { Conflict, Initiated, PartTarget, UploadedPart } from '../../src/backend/upload.js';
import { ALLOWED, file, listing, scripted, type Asked, type Says } from './filegenius.script.js';

const PART = { number: 1, start: 0, end: 5 };
const OLD = 1_371_675_460;

type Opened = Extract<Initiated, { ticket: unknown }> & { first: PartTarget };

async function open(backend: Backend, conflict: Conflict = 'ask', name = 'a.txt'): Promise<Opened> {
  const opened = await backend.init({ name, size: 5, type: '' }, { folder: ROOT, conflict });
  assert.ok('ticket' in opened && opened.first);
  return { ...opened, first: opened.first };
}

const formOf = ({ form }: PartTarget): NonNullable<PartTarget['form']> => form ?? assert.fail('no form');
const answered = (id: number, name: string): UploadedPart => ({
  ...PART,
  body: JSON.stringify({ fileInfo: { fileId: id, fileName: name } }),
});
const changes = (asked: Asked[]): string[] =>
  asked.filter(({ verb }) => verb !== 'GET').map(({ method, fields }) => `${method} ${fields['file_id'] ?? ''}`);

/** A site whose one folder holds what a test puts there. */
function site(
  options: { settings?: object; says?: Record<string, Says> } & Partial<FileGeniusOptions> = {},
): ReturnType<typeof scripted> & { files: object[] } {
  const { settings = ALLOWED, says = {}, ...more } = options;
  const files: object[] = [];
  return Object.assign(scripted({ file_list: () => listing(files, settings), ...says }, more), { files });
}

test('bytes go in one form, under a name of their own that may be written again', async () => {
  for (const [brand, path] of [
    ['filegenius', '/'],
    ['tuyu', '%2F'],
  ] as const) {
    const { backend } = site({ brand });
    const { first, upload } = await open(backend);
    assert.deepEqual(
      [first.url, first.method, first.answer, upload.bytes],
      ['https://acme.example/api/file_upload', 'POST', 'body', 'relay'],
    );
    const { fields, file: field, filename } = formOf(first);
    assert.match(filename ?? '', /^ferrykit-[0-9a-f]{32}\.txt$/);
    assert.deepEqual([field, fields['path'], fields['overwrite'], fields['api_key']], ['file', path, '1', 'key']);
    assert.match(fields['signature'] ?? '', /^[0-9a-f]{64}$/);
  }
});

test('where the user may not rename and delete, a file goes straight under its name', async () => {
  for (const settings of [
    { ...ALLOWED, renameFiles: 0 },
    { ...ALLOWED, deleteFiles: 0 },
  ]) {
    const { backend, files, asked } = site({ settings });
    const { ticket, first } = await open(backend, 'rename');
    assert.deepEqual([formOf(first).filename, formOf(first).fields['overwrite']], ['a.txt', '0']);
    files.push(file(1, 'a.txt'));
    const completed = await backend.complete(ticket, [answered(1, 'a.txt')], {});
    assert.ok('item' in completed && completed.item.id === '/1');
    assert.deepEqual((await backend.parts(ticket)).item?.id, '/1');
    assert.deepEqual(changes(asked), []);
    const second = await open(backend, 'rename');
    assert.equal(formOf(second.first).filename, 'a (1).txt');
    assert.equal(formOf((await open(backend, 'replace')).first).fields['overwrite'], '1');
    const refused = { ...PART, body: '{"error":{"title":"File Cannot Be Overridden","message":"m"}}' };
    await assert.rejects(backend.complete(second.ticket, [refused], {}), { code: 'exists' });
  }
});

test('what is replaced straight is there only when what was there has changed', async () => {
  const { backend, files } = site({ settings: { ...ALLOWED, renameFiles: 0 } });
  files.push(file(1, 'a.txt'));
  const { ticket } = await open(backend, 'replace');
  assert.deepEqual(await backend.parts(ticket), { parts: [] });
  files[0] = file(1, 'a.txt', { modDate: OLD + 60 });
  assert.equal((await backend.parts(ticket)).parts.length, 1);
});

test('bytes whose answer was lost are found in the listing and not sent again', async () => {
  const { backend, files } = site({ says: { file_rename: { fileInfo: { fileId: 9, fileName: 'a.txt' } } } });
  const { ticket, first } = await open(backend);
  assert.deepEqual(await backend.parts(ticket), { parts: [] });
  assert.ok((await backend.part(ticket, PART)).url, 'not there: they may go again');
  files.push(file(9, formOf(first).filename ?? ''));
  await assert.rejects(backend.part(ticket, PART), { code: 'exists', message: /there already/ });
  const { parts } = await backend.parts(ticket);
  assert.deepEqual(
    parts.map(({ number, start, end }) => ({ number, start, end })),
    [PART],
  );
  assert.deepEqual((await backend.list(ROOT, {})).items, [], 'not shown before it is complete');
  // an answer that was cut off is as good as lost
  for (const part of [parts[0] ?? assert.fail(), { ...PART, body: '{"fileInfo":{"fileId":' }]) {
    const completed = await backend.complete(ticket, [part], {});
    assert.ok('item' in completed && completed.item.name === 'a.txt');
    files[0] = file(9, 'a.txt');
  }
});

test('bytes that did not arrive, not whole, or not as one part, make no file', async () => {
  const { backend, files, asked } = site();
  const { ticket, first } = await open(backend);
  await assert.rejects(backend.complete(ticket, [answered(9, 'x')], {}), { code: 'invalid', message: /not there/ });
  await assert.rejects(backend.complete(ticket, [], {}), { code: 'invalid' });
  files.push(file(9, formOf(first).filename ?? '', { size: 3 }));
  await assert.rejects(backend.complete(ticket, [answered(9, 'x')], {}), { code: 'invalid', message: /3 bytes .* 5 were/ });
  assert.ok((await backend.part(ticket, PART)).url, 'what is not whole goes again');
  await assert.rejects(backend.complete(ticket, [{ ...PART, body: '{"error":{"title":"Authentication Failed"}}' }], {}), {
    code: 'unauthorized',
  });
  assert.deepEqual(changes(asked), []);
});

test('what cannot take the place of another leaves it where it was', async () => {
  const names = new Map([
    ['1', 'a.txt'],
    ['9', ''],
  ]);
  const { backend, asked } = scripted({
    file_list: () => listing([...names].filter(([, name]) => name).map(([id, name]) => file(Number(id), name))),
    file_rename: ({ file_id = '', new_name = '' }) => {
      if (file_id === '9') return '{"error":{"title":"You do not have access privileges for this location"}}';
      names.set(file_id, new_name);
      return { fileInfo: { fileId: Number(file_id), fileName: new_name } };
    },
  });
  const { ticket, first } = await open(backend, 'replace');
  names.set('9', formOf(first).filename ?? '');
  await assert.rejects(backend.complete(ticket, [answered(9, 'x')], {}), { code: 'forbidden' });
  assert.equal(names.get('1'), 'a.txt');
  assert.deepEqual(changes(asked), ['file_rename 1', 'file_rename 9', 'file_rename 1']);
});

test('what nobody completed is swept by the next upload, once no ticket can be good for it', async () => {
  const deleted = { fileInfo: { fileId: 1, fileName: 'x' } };
  const { backend, files, asked } = site({ says: { file_delete: deleted } });
  const parked = (digit: string): string => `ferrykit-${digit.repeat(32)}.txt`;
  files.push(file(1, parked('a')), file(2, parked('b'), { modDate: Math.floor(Date.now() / 1000) - 7 * 86_400 }), file(3, 'old.txt'));
  await open(backend);
  assert.deepEqual(changes(asked), ['file_delete 1']);
});

test('aborting takes away what has arrived, and the ticket with it, for every relay', async () => {
  const kept = new Map<string, { value: never; version: string }>();
  const store = {
    get: (key: string) => Promise.resolve(kept.get(key)),
    set: (key: string, value: unknown) => (kept.set(key, { value: value as never, version: '1' }), Promise.resolve('1')),
    delete: (key: string) => (kept.delete(key), Promise.resolve()),
    async *keys() {
      yield* await Promise.resolve([...kept.keys()]);
    },
  };
  const says = { file_delete: { fileInfo: { fileId: 9, fileName: 'x' } } };
  const [one, two] = [site({ says, store }), site({ says, store })];
  const { ticket, first } = await open(one.backend);
  one.files.push(file(9, formOf(first).filename ?? ''));
  await one.backend.abort(ticket);
  await one.backend.abort(ticket);
  assert.deepEqual(changes(one.asked), ['file_delete 9']);
  for (const { backend } of [one, two]) {
    await assert.rejects(backend.part(ticket, PART), { code: 'not-found' });
    await assert.rejects(backend.parts(ticket), { code: 'not-found' });
    await assert.rejects(backend.complete(ticket, [answered(9, 'x')], {}), { code: 'not-found' });
  }
});

test('a ticket of another secret, or a changed one, is none', async () => {
  const { ticket } = await open(site().backend);
  const { backend } = site({ secret: 'another' });
  for (const [at, one] of [
    [backend, ticket],
    [site().backend, { ...(ticket as object), size: 6 }],
    [site().backend, null],
  ] as const)
    await assert.rejects(at.part(one, PART), { code: 'forbidden' });
});
