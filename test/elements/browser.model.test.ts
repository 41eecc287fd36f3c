import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Item } from '../../src/backend/item.js';
import { KeptChoices, readChoices } from '../../src/elements/browser.choices.js';
import { possibleColumns, shownColumns } from '../../src/elements/browser.columns.js';
import { FolderHistory } from '../../src/elements/browser.history.js';
import { commandOf, type Key } from '../../src/elements/browser.keys.js';
import { pictureOf, previewOf } from '../../src/elements/browser.kinds.js';
import { comparison, inOrder, placeIn } from '../../src/elements/browser.order.js';
import { isPickable } from '../../src/elements/browser.picking.js';
import { Selection } from '../../src/elements/browser.selection.js';
import { TypeAhead } from '../../src/elements/browser.type-ahead.js';
import { Language } from '../../src/elements/language.js';
import '../../src/elements/words/en.browser.js';

const item = (name: string, facts: Partial<Item> = {}): Item => ({ id: name, name, kind: 'file', can: [], ...facts });

const names = (items: readonly Item[]): string[] => items.map(({ name }) => name);

const NAMES = [
  ...['a', 'A', 'b', 'B2', 'b10', 'b2', 'b02', 'b002.txt', 'a b', 'a-b', 'a_b', 'a.b', '(1)', '(10)', '(2)', '1', '10', '9', '007', '7'],
  ...['é', 'e', 'f', 'Zürich 2', 'Zürich 10', '日本', '日本2', 'x'.repeat(255), '9'.repeat(80), '9'.repeat(80) + 'a', '\u202egpj.exe'],
  ...[' leading', '<img src=x>', 'b 2 c 10', 'b 2 c 9', 'file-2.5', 'file-2', 'file.2', 'FILE', 'file', 'File'],
];

for (const by of ['name', 'size', 'modified', 'owner']) {
  for (const direction of ['ascending', 'descending'] as const) {
    test(`the fast order by ${by}, ${direction}, is the same as the collator's`, () => {
      const items = NAMES.flatMap((name, index) => [
        item(name, { id: String(index), size: index % 3, ...(index % 4 && { owner: `owner ${String(index % 4)}` }) }),
        item(name, { id: `f${String(index)}`, kind: 'folder', modified: index % 5 }),
      ]);
      const order = { by, direction };
      assert.deepEqual(
        inOrder([...items].reverse(), order).map(({ id }) => id),
        [...items].sort(comparison(order)).map(({ id }) => id),
      );
      assert.equal(inOrder(items, order)[0]!.kind, 'folder');
    });
  }
}

test('an item is put where it belongs', () => {
  const compare = comparison({ by: 'name', direction: 'ascending' });
  const items = ['a2', 'a10', 'b'].map((name) => item(name));
  assert.deepEqual(
    ['a1', 'a9', 'c'].map((name) => placeIn(items, item(name), compare)),
    [0, 1, 3],
  );
});

test('a range runs from what was chosen last, and a new range takes the place of the old one', () => {
  const rows = ['a', 'b', 'c', 'd', 'e'].map((name) => item(name, { size: 10 }));
  let told = 0;
  const selection = new Selection(() => told++);
  selection.only([rows[2]!]);
  selection.extend(rows, 4);
  assert.deepEqual(names(selection.items), ['c', 'd', 'e']);
  selection.extend(rows, 1);
  assert.deepEqual(names(selection.items), ['b', 'c']);
  assert.equal(selection.bytes, 20);
  selection.toggle(rows[4]!);
  selection.extend(rows, 3, true);
  assert.deepEqual(names(selection.items).sort(), ['b', 'c', 'd', 'e']);
  selection.extend(rows, 4, true);
  assert.deepEqual(names(selection.items).sort(), ['b', 'c', 'e']);
  assert.equal(told, 6);
  selection.clear();
  selection.extend(rows, 2, false, 1);
  selection.extend(rows, 0, false, 2);
  assert.deepEqual(names(selection.items), ['a', 'b'], 'with nothing chosen it runs from where one is, and goes on from there');
});

test('a selection outlives other rows, follows what is renamed, and forgets what is gone', () => {
  const selection = new Selection(() => undefined);
  selection.only([item('a'), item('b')]);
  selection.update(item('A'), 'a');
  selection.update(item('stranger'));
  selection.drop(['b', 'stranger']);
  assert.deepEqual(names(selection.items), ['A']);
  selection.extend([item('x'), item('y')], 1);
  assert.deepEqual(names(selection.items), ['y'], 'where the beginning of the range is gone, it begins at its end');
});

test('folders are gone back and forth between', () => {
  const history = new FolderHistory();
  history.start({ id: '' });
  history.go({ id: 'a' });
  history.go({ id: 'a' });
  history.go({ id: 'b' });
  assert.equal(history.back()?.id, 'a');
  assert.equal(history.back()?.id, '');
  assert.ok(!history.canGoBack);
  assert.equal(history.back(), undefined);
  assert.equal(history.forward()?.id, 'a');
  history.go({ id: 'c' });
  assert.ok(!history.canGoForward);
  assert.equal(history.here?.id, 'c');
});

test('letters find names, and the same letter the next one', () => {
  const rows = ['Alpha', 'beta', 'bravo', 'Äpfel'].map((name) => ({ name }));
  const find = new TypeAhead();
  assert.equal(find.type('b', rows, 0, 0), 1);
  assert.equal(find.type('r', rows, 1, 500), 2);
  assert.ok(find.isTyping(1400));
  assert.equal(find.type('b', rows, 2, 5000), 1);
  assert.equal(find.type('b', rows, 1, 5100), 2);
  assert.equal(find.type('z', rows, 2, 9000), -1);
  assert.equal(find.type('ä', rows, 2, 20_000), 3);
});

const press = (key: string, held: Partial<Key> = {}, rightToLeft = false) =>
  commandOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held }, rightToLeft);

test('keys mean what they mean in a grid and in a file manager', () => {
  assert.deepEqual(press('ArrowDown'), { type: 'move', step: 'down', selecting: 'only' });
  assert.deepEqual(press('ArrowDown', { shiftKey: true }), { type: 'move', step: 'down', selecting: 'extend' });
  assert.deepEqual(press('ArrowDown', { ctrlKey: true }), { type: 'move', step: 'down', selecting: 'none' });
  assert.deepEqual(press('End', { metaKey: true }), { type: 'move', step: 'last', selecting: 'none' });
  assert.deepEqual(press('ArrowLeft', {}, true), { type: 'move', step: 'next', selecting: 'only' });
  assert.deepEqual(press('A', { ctrlKey: true }), { type: 'action', id: 'selectAll' });
  assert.deepEqual(press('F10', { shiftKey: true }), { type: 'menu' });
  assert.deepEqual(press('ArrowLeft', { altKey: true }), { type: 'back' });
  assert.deepEqual(press('😀'), { type: 'letter', letter: '😀' });
  assert.equal(press('Tab'), undefined);
  assert.equal(press('Delete', { shiftKey: true }), undefined);
  assert.equal(press('r', { ctrlKey: true }), undefined);
  assert.equal(press('ArrowUp', { altKey: true, shiftKey: true }), undefined);
});

test('columns are those that have something in them, those that the page names, and the page’s own', () => {
  const own = { id: 'stars', label: 'Stars', text: () => '***' };
  const ids = (items: Item[], page?: (string | typeof own)[], chosen?: string[]): string[] =>
    shownColumns(possibleColumns(items, page), page, chosen).map(({ id }) => id);
  assert.deepEqual(ids([]), ['name', 'size', 'modified']);
  assert.deepEqual(ids([], ['owner', own]), ['name', 'owner', 'stars']);
  assert.deepEqual(ids([item('a', { downloads: 3 })], undefined, ['downloads', 'owner']), ['name', 'downloads']);
  const [rights] = possibleColumns([]).filter(({ id }) => id === 'permissions');
  assert.deepEqual(
    [['rename'], ['download'], []].map((can) => rights!.text(item('a', { can: can as Item['can'] }), new Language('en'))),
    ['May change', 'May read', 'May see'],
  );
});

test('what was kept is read with care', () => {
  assert.deepEqual(readChoices(null), {});
  assert.deepEqual(readChoices('{'), {});
  assert.deepEqual(readChoices('[1]'), {});
  assert.deepEqual(readChoices('{"view":"cube","density":"compact","order":{"by":"size"},"columns":["name",3],"details":1}'), {
    density: 'compact',
    columns: ['name'],
  });
});

test('where nothing can be kept, choices last as long as the page', () => {
  const kept = new KeptChoices('test');
  kept.choose({ view: 'grid', columns: ['size'] });
  kept.choose({ columns: undefined });
  assert.deepEqual(kept.now, { view: 'grid' });
});

test('how a file can be looked at follows its name, then its type, and its size', () => {
  const seen = (name: string, facts: Partial<Item> = {}) => previewOf(item(name, facts));
  assert.equal(seen('a.PNG'), 'image');
  assert.equal(seen('page.html', { type: 'text/html' }), 'text');
  assert.equal(seen('drawing.svg'), 'drawing');
  assert.equal(seen('a', { type: 'image/svg+xml' }), 'drawing');
  assert.equal(seen('a', { type: 'video/mp4' }), 'video');
  assert.equal(seen('a.exe', { type: 'application/x-msdownload' }), undefined);
  assert.equal(seen('a.txt', { size: 1e6 }), 'text');
  assert.equal(seen('a.txt', { size: 1e6 + 1 }), undefined);
  assert.equal(seen('a.png', { kind: 'folder' }), undefined);
  assert.deepEqual(
    ['a.zip', 'a.bin', 'a.pdf', 'a.svg', 'a.txt'].map((name) => pictureOf(item(name))),
    ['archive', 'file', 'text', 'image', 'text'],
  );
});

test('a picker takes what it is for', () => {
  const accept = ['.pdf', 'image/*'];
  const can = (one: Item, picker: 'files' | 'folders'): boolean => isPickable(one, { picker, accept });
  assert.ok(can(item('A.PDF'), 'files'));
  assert.ok(can(item('a', { type: 'image/png' }), 'files'));
  assert.ok(!can(item('a.txt'), 'files'));
  assert.ok(!can(item('a.pdf', { kind: 'folder' }), 'files'));
  assert.ok(can(item('a', { kind: 'folder' }), 'folders'));
  assert.ok(!can(item('a.pdf'), 'folders'));
});
