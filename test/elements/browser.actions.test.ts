import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import type { Capabilities } from '../../src/backend/capabilities.js';
import type { Item, Permission } from '../../src/backend/item.js';
import { offers, type BrowserAction, type FullContext, type Offer } from '../../src/elements/browser.actions.js';

const everything = await memory().capabilities({});
const ALL: Permission[] = ['list', 'upload', 'createFolder', 'download', 'preview', 'rename', 'move', 'copy', 'remove', 'lock', 'send'];

const item = (name: string, facts: Partial<Item> = {}): Item => ({ id: name, name, kind: 'file', can: ALL, ...facts });

const offered = (context: Partial<FullContext>, own?: BrowserAction[]): Map<string, Offer> => {
  const all = offers(
    {
      items: [],
      folder: item('', { kind: 'folder' }),
      capabilities: everything,
      rules: undefined,
      readonly: false,
      picker: undefined,
      searching: false,
      clipboard: undefined,
      clipboardAbove: false,
      ...context,
    },
    own,
  );
  return new Map(all.map((offer) => [offer.id, offer]));
};

const ids = (context: Partial<FullContext>): string[] => [...offered(context).keys()];

const without = (...calls: (keyof Capabilities)[]): Capabilities => ({
  ...everything,
  ...Object.fromEntries(calls.map((c) => [c, false])),
});

test('with nothing selected it is about the folder', () => {
  assert.deepEqual(ids({}), ['upload', 'newFolder', 'selectAll', 'refresh']);
});

test('of one item everything is offered that it allows', () => {
  assert.deepEqual(ids({ items: [item('a')] }), [
    ...['preview', 'download', 'send', 'rename', 'move', 'copyTo', 'cut', 'copy', 'lock', 'remove', 'details'],
  ]);
  assert.ok(ids({ items: [item('a', { kind: 'folder' })] }).includes('open'));
});

test('what the backend cannot do is not offered', () => {
  const capabilities = without('rename', 'move', 'lock', 'send', 'upload', 'createFolder');
  const file = ids({ items: [item('a')], capabilities });
  for (const id of ['rename', 'move', 'cut', 'lock', 'send']) assert.ok(!file.includes(id), id);
  assert.deepEqual(ids({ capabilities }), ['selectAll', 'refresh']);
});

test('what the items do not allow is offered, and says why not', () => {
  const bare = item('a', { can: ['preview'] });
  const one = offered({ items: [bare] });
  assert.equal(one.get('preview')!.reason, undefined);
  assert.deepEqual(one.get('remove')!.reason, { word: 'notAllowed' });
  const some = offered({ items: [item('b'), bare, item('c', { can: [] })] });
  assert.deepEqual(some.get('remove')!.reason, { word: 'notAllowedFor', n: 2 });
  assert.deepEqual(some.get('rename')!.reason, { word: 'onlyOne' });
  const locked = item('a', { can: ['preview'], locked: { owner: 'Ada' } });
  assert.deepEqual(offered({ items: [locked] }).get('rename')!.reason, { word: 'lockedBy', name: 'Ada' });
});

test('a folder says why nothing can be put into it', () => {
  const folder = item('', { kind: 'folder', can: ['list', 'createFolder'] });
  assert.deepEqual(offered({ folder }).get('upload')!.reason, { word: 'notAllowedHere' });
  assert.deepEqual(offered({ folder, rules: { foldersLocked: true } }).get('newFolder')!.reason, { word: 'foldersLocked' });
});

test('where everything is read only, nothing that changes anything is offered', () => {
  assert.deepEqual(ids({ readonly: true, items: [item('a')] }), ['preview', 'download', 'send', 'details']);
  assert.deepEqual(ids({ readonly: true }), ['selectAll', 'refresh']);
});

test('a picker offers no more than it needs', () => {
  assert.deepEqual(ids({ picker: 'files' }), ['selectAll', 'refresh']);
  assert.deepEqual(ids({ picker: 'folders' }), ['newFolder', 'selectAll', 'refresh']);
  assert.deepEqual(ids({ picker: 'files', items: [item('a', { kind: 'folder' })] }), ['open']);
});

test('what is on the clipboard can be put elsewhere, not where it is, nor into itself', () => {
  const parent = { id: '' };
  const cut = { items: [item('a', { parent })], cut: true, from: { id: 'x' } };
  assert.ok(!ids({}).includes('paste'));
  assert.deepEqual(offered({ clipboard: cut }).get('paste')!.reason, { word: 'hereAlready' });
  assert.equal(offered({ clipboard: { ...cut, cut: false } }).get('paste')!.reason, undefined);
  const folder = item('b', { kind: 'folder' });
  assert.equal(offered({ clipboard: cut, folder }).get('paste')!.reason, undefined);
  assert.deepEqual(offered({ clipboard: cut, folder, clipboardAbove: true }).get('paste')!.reason, { word: 'intoItself' });
  assert.ok(!ids({ clipboard: cut, folder, capabilities: without('move') }).includes('paste'));
});

test('a locked item can be unlocked by whom it lets', () => {
  assert.ok(ids({ items: [item('a', { locked: { owner: 'memory' } })] }).includes('unlock'));
  assert.ok(!ids({ items: [item('a')] }).includes('unlock'));
});

test('a page adds actions, puts its own in place of built-in ones, and takes them away', () => {
  const run = (): void => undefined;
  const own: BrowserAction[] = [
    { id: 'print', label: 'Print', icon: 'M0 0h24', when: ({ items }) => items.length === 1, run },
    { id: 'remove', label: 'Archive', run },
    { id: 'send', label: '', when: () => false, run },
    { id: 'stamp', label: 'Stamp', when: () => 'The stamp is lent out', run },
  ];
  const one = offered({ items: [item('a')] }, own);
  assert.deepEqual(one.get('print')!.label, { text: 'Print' });
  assert.deepEqual(one.get('remove')!.label, { text: 'Archive' });
  assert.equal(one.get('remove')!.keys, 'Delete');
  assert.ok(!one.has('send'));
  assert.deepEqual(one.get('stamp')!.reason, { text: 'The stamp is lent out' });
  assert.ok(!offered({ items: [item('a'), item('b')] }, own).has('print'));
  assert.equal([...one.keys()].indexOf('remove') < [...one.keys()].indexOf('print'), true, 'in the place of the built-in one');
});

test('what a search has found can be shown where it lies', () => {
  const found = item('a', { parent: { id: 'x' } });
  assert.ok(ids({ searching: true, items: [found] }).includes('reveal'));
  assert.ok(!ids({ items: [found] }).includes('reveal'));
  assert.ok(!ids({ items: [found, item('b')] }).includes('reveal'), 'nor is it said of several');
});
