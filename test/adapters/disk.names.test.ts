import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkName, NAME_PATTERN, numbered } from '../../src/adapters/disk.names.js';
import { all, begin, codeOf, ground, namesIn, ok, store } from './disk.ground.js';

const TRAVERSALS = ['', '.', '..', '/', '/etc', '../x', 'a/../x', 'a/b', 'a//b', 'a\\b', '..\\x', 'C:\\x', '\\\\host\\share'];
const CONTROLS = ['nul\0byte', 'line\nbreak', 'tab\t', 'bell\u0007', 'delete\u007f', 'next\u0085line', 'half \ud800 character'];
const RESERVED = [
  '.ferrykit',
  '.FerryKit',
  'CON',
  'con',
  'nul.txt',
  'NUL.tar.gz',
  'aux',
  'Prn.x',
  'COM1',
  'lpt9.log',
  'com¹',
  'CONIN$',
  'con .txt',
];
const ENDS = ['dot.', 'space ', '...', ' ', 'name. '];
const LONG = ['x'.repeat(256), 'ä'.repeat(128), `${'😀'.repeat(63)}.txt`];
const BAD = [...TRAVERSALS, ...CONTROLS, ...RESERVED, ...ENDS, ...LONG];

const GOOD = [
  'plain.txt',
  '.hidden',
  'no extension',
  'two..dots',
  '...x',
  ' leading space',
  '<img src=x onerror=alert(1)> & "quoted" \'too\'.html',
  '\u202ertl\u202c.txt',
  'עברית.txt',
  '😀👩‍👩‍👧.png',
  'Cafe\u0301.txt',
  'Caf\u00e9.txt',
  'console.txt',
  'com10',
  'nully',
  'x'.repeat(255),
  'ä'.repeat(127),
  '-rf',
  '%2e%2e%2f',
  'a:b?*|',
];

test('bad names are refused by every call that makes a name, and nothing is made', async (t) => {
  const { root, backend } = await ground(t);
  const item = await store(backend, 'here.txt', 'here');
  await backend.createFolder({ id: '' }, 'folder', { conflict: 'ask' });
  for (const name of BAD) {
    const told = JSON.stringify(name);
    const folder = { folder: { id: '' }, conflict: 'rename' } as const;
    assert.equal(await codeOf(backend.init({ name, size: 1, type: '' }, folder)), 'invalid', `init ${told}`);
    assert.equal(await codeOf(backend.createFolder({ id: '' }, name, { conflict: 'rename' })), 'invalid', `createFolder ${told}`);
    assert.equal(await codeOf(backend.rename({ id: item.id }, name)), 'invalid', `rename ${told}`);
    if (name === '' || name === 'a/b') continue;
    assert.equal(await codeOf(backend.init({ name: 'x', size: 1, type: '', path: name }, folder)), 'invalid', `path ${told}`);
    assert.equal(
      await codeOf(backend.init({ name: 'x', size: 1, type: '', path: `a/${name}/b` }, folder)),
      'invalid',
      `middle of a path ${told}`,
    );
  }
  assert.deepEqual((await readdir(root)).sort(), ['.ferrykit', 'folder', 'here.txt']);
  assert.deepEqual(
    await readdir(join(root, '.ferrykit/uploads')).then((uploads) => uploads.length),
    1,
    'only the answer of the upload that was made',
  );
});

test('ids that lead elsewhere are refused by every call that takes one', async (t) => {
  const { root, backend, base } = await ground(t);
  await writeFile(join(base, 'outside.txt'), 'outside');
  await store(backend, 'here.txt', 'here');
  const to = { id: '' };
  const ids = [
    '../outside.txt',
    '/etc/passwd',
    'a/../../outside.txt',
    '.',
    '..',
    './here.txt',
    'here.txt/',
    'a//b',
    'a\\b',
    'nul\0',
    '.ferrykit',
    '.ferrykit/key',
    'x/.FERRYKIT/y',
  ];
  for (const id of ids) {
    const told = JSON.stringify(id);
    assert.equal(await codeOf(backend.item({ id })), 'invalid', told);
    assert.equal(await codeOf(backend.list({ id }, {})), 'invalid', told);
    assert.equal(await codeOf(backend.read?.({ id }, { start: 0 }) ?? Promise.resolve()), 'invalid', told);
    assert.equal(await codeOf(backend.rename({ id }, 'new.txt')), 'invalid', told);
    assert.equal(await codeOf(backend.createFolder({ id }, 'new', { conflict: 'ask' })), 'invalid', told);
    assert.equal(await codeOf(backend.init({ name: 'x', size: 1, type: '' }, { folder: { id }, conflict: 'ask' })), 'invalid', told);
    assert.equal(await codeOf(backend.copy([], { to: { id }, conflict: 'ask', operation: told })), 'invalid', told);
    for (const call of ['move', 'copy'] as const) {
      const [outcome] = await backend[call]([{ id }], { to, conflict: 'rename', operation: told });
      ok(outcome && 'error' in outcome && outcome.error.code === 'invalid', `${call} ${told}`);
    }
    const [outcome] = await backend.remove([{ id }], { recursive: true });
    ok(outcome && 'error' in outcome && outcome.error.code === 'invalid', `remove ${told}`);
  }
  assert.deepEqual((await readdir(base)).sort(), ['files', 'outside.txt']);
  assert.deepEqual((await readdir(root)).sort(), ['.ferrykit', 'here.txt']);
});

test('good names are kept as they are, byte for byte', async (t) => {
  const { root, backend } = await ground(t);
  for (const name of GOOD) {
    const item = await store(backend, name, name);
    assert.equal(item.name, name);
    assert.equal((await backend.item({ id: item.id })).name, name);
  }
  assert.deepEqual((await readdir(root)).filter((name) => name !== '.ferrykit').sort(), [...GOOD].sort());
  assert.deepEqual((await namesIn(backend)).sort(), [...GOOD].sort());
});

test('the pattern of the rules says what the calls do', async (t) => {
  const { backend } = await ground(t);
  const { namePattern = '', maxNameLength = 0 } = await backend.rules({ id: '' });
  assert.equal(namePattern, NAME_PATTERN);
  const pattern = new RegExp(namePattern);
  for (const name of GOOD) ok(pattern.test(name) && Buffer.byteLength(name) <= maxNameLength, name);
  for (const name of BAD.filter((bad) => !bad.includes('\ud800')))
    ok(!pattern.test(name) || Buffer.byteLength(name) > maxNameLength, JSON.stringify(name));
});

test('a numbered name stays one, however long', () => {
  assert.equal(numbered('photo.jpg', 'file', 2), 'photo (2).jpg');
  assert.equal(numbered('.profile', 'file', 1), '.profile (1)');
  assert.equal(numbered('v1.2', 'folder', 3), 'v1.2 (3)');
  for (const name of ['x'.repeat(255), `${'x'.repeat(251)}.txt`, `x.${'y'.repeat(253)}`, `${'😀'.repeat(63)}.md`, 'ä'.repeat(127)])
    for (const number of [1, 99, 123456]) {
      const made = numbered(name, 'file', number);
      ok(made.includes(`(${number})`), made);
      assert.doesNotThrow(() => checkName(made), made);
    }
});

test('what stands there with a name that no id can have is not shown, and does no harm', async (t) => {
  const { root, backend } = await ground(t);
  await mkdir(join(root, 'inner/.ferrykit'), { recursive: true });
  await writeFile(join(root, 'back\\slash.txt'), '');
  await writeFile(join(root, 'line\nbreak.txt'), '');
  await writeFile(join(root, 'aux.c'), 'made on another system');
  await writeFile(Buffer.concat([Buffer.from(`${root}/latin-`), Buffer.from([0xe9])]), 'not UTF-8');
  assert.deepEqual(await namesIn(backend), ['inner', 'aux.c']);
  assert.deepEqual(await namesIn(backend, 'inner'), []);
  assert.deepEqual(
    (await all(backend, '', { search: 'i' })).map(({ name }) => name),
    ['inner'],
  );
});

test('sizes and dates that are none are refused', async (t) => {
  const { backend } = await ground(t, { maxFileSize: 1000 });
  const where = { folder: { id: '' }, conflict: 'ask' } as const;
  for (const size of [-1, 0.5, NaN, Infinity, 2 ** 53])
    assert.equal(await codeOf(backend.init({ name: 'x', size, type: '' }, where)), 'invalid', String(size));
  assert.equal(await codeOf(backend.init({ name: 'x', size: 1001, type: '' }, where)), 'too-large');
  for (const modified of [NaN, Infinity, 9e15])
    assert.equal(await codeOf(backend.init({ name: 'x', size: 1, type: '', modified }, where)), 'invalid', String(modified));
  ok(await begin(backend, 'x', 1000));
});
