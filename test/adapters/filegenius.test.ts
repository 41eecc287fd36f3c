import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readPages } from '../../src/adapters/filegenius.folders.js';
import { checkName, isParked, mayBecome, numbered, parkedName } from '../../src/adapters/filegenius.names.js';
import { ancestorsOf, folderOf, placeOf } from '../../src/adapters/filegenius.places.js';
import type { Entry, Page } from '../../src/adapters/filegenius.answers.js';
import { ROOT } from '../../src/backend/item.js';

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

  test('may become another by losing signs, and neither letters nor digits', () => {
    for (const made of ['a? b.txt', 'a b.txt', 'ab.txt', 'abtxt']) assert.ok(mayBecome('a? b.txt', made), made);
    for (const made of ['a b.tx', 'a-b.txt', 'A? b.txt', 'a? b.txt2', '']) assert.ok(!mayBecome('a? b.txt', made), made);
    assert.ok(!mayBecome('ab.txt', 'a? b.txt'));
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
