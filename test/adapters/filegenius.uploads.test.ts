import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Backend } from '../../src/backend/backend.js';
import { ROOT } from '../../src/backend/item.js';
import type { Conflict, Initiated, PartTarget, UploadedPart } from '../../src/backend/upload.js';
import { memoryStore } from '../../src/relay/store.js';
import { send } from '../contract/bytes.js';
import { addFile } from '../services/filegenius/seed.js';
import type { Brand } from '../services/filegenius/service.js';
import { FLAGS, type State } from '../services/filegenius/state.js';
import { asked, member, site, type Site } from './filegenius.ground.js';

const PART = { number: 1, start: 0, end: 5 };
const BYTES = new TextEncoder().encode('12345');
const DAY = 86_400_000;

type Opened = Extract<Initiated, { ticket: unknown }> & { first: PartTarget };

async function open(backend: Backend, conflict: Conflict = 'ask', name = 'a.txt', folder = ROOT): Promise<Opened> {
  const opened = await backend.init({ name, size: 5, type: '' }, { folder, conflict });
  assert.ok('ticket' in opened && opened.first);
  return { ...opened, first: opened.first };
}

let ground: Site;
let backend: Backend;
let state: State;

const begin = async (brand: Brand): Promise<void> => {
  ground = await site(brand);
  ({ backend } = ground);
  ({ state } = ground.service);
};
beforeEach(() => begin('filegenius'));
afterEach(() => ground.service.close());

const names = (folder = state.root): string[] => folder.items.map(({ name }) => name).sort();
const text = async (path: string): Promise<string> => Buffer.from(await state.bytes(path)).toString();
const lost = async (target: PartTarget): Promise<void> => {
  ground.service.knobs.next(/file_upload/, 'lost-answer');
  await assert.rejects(send(target, PART, BYTES), TypeError);
};
const itemOf = async (completed: ReturnType<Backend['complete']>): Promise<string> => {
  const answer = await completed;
  return 'item' in answer ? answer.item.name : assert.fail(JSON.stringify(answer));
};

for (const brand of ['filegenius', 'tuyu'] as const)
  describe(`bytes for ${brand}`, () => {
    it('go in one form into the folder, under a name of their own until they are complete', async () => {
      await ground.service.close();
      await begin(brand);
      state.makeFolder('/a & b%2F é/');
      const { first, upload, ticket } = await open(backend, 'ask', 'c.TXT', { id: '/a & b%2F é/' });
      assert.deepEqual([upload.bytes, upload.maxParts, first.answer], ['relay', 1, 'body']);
      const sent = await send(first, PART, BYTES);
      const folder = state.makeFolder('/a & b%2F é/');
      assert.match(names(folder).join(), /^ferrykit-[0-9a-f]{32}\.TXT$/);
      assert.deepEqual((await backend.list({ id: '/a & b%2F é/' }, {})).items, []);
      assert.equal(await itemOf(backend.complete(ticket, [sent], {})), 'c.TXT');
      assert.equal(await text('/a & b%2F é/c.TXT'), '12345');
    });
  });

describe('bytes', () => {
  it('may be written again as long as they are not complete', async () => {
    const { first, ticket } = await open(backend);
    await send(first, PART, new TextEncoder().encode('first'));
    const again = await send(first, PART, BYTES);
    assert.equal(await itemOf(backend.complete(ticket, [again], {})), 'a.txt');
    assert.deepEqual([names(), await text('/a.txt')], [['a.txt'], '12345']);
  });

  it('whose answer was lost are found in the listing and not sent again', async () => {
    const { ticket, first } = await open(backend);
    assert.deepEqual(await backend.parts(ticket), { parts: [] });
    assert.ok((await backend.part(ticket, PART)).url, 'not there: they may go again');
    await lost(first);
    await assert.rejects(backend.part(ticket, PART), { code: 'exists', message: /there already/ });
    const { parts } = await backend.parts(ticket);
    assert.deepEqual(
      parts.map(({ number, start, end }) => ({ number, start, end })),
      [PART],
    );
    assert.equal(await itemOf(backend.complete(ticket, parts, {})), 'a.txt');
    assert.equal(asked(ground, 'file_upload').length, 1);
  });

  it('whose answer was cut off are as good as lost', async () => {
    const { ticket, first } = await open(backend);
    const { body = '', ...part } = await send(first, PART, BYTES);
    assert.equal(await itemOf(backend.complete(ticket, [{ ...part, body: body.slice(0, 20) }], {})), 'a.txt');
  });

  it('that did not arrive, not whole, or not as one part, make no file', async () => {
    const { ticket, first } = await open(backend);
    const told: UploadedPart = { ...PART, body: '{"fileInfo":{"fileId":9,"fileName":"x"}}' };
    await assert.rejects(backend.complete(ticket, [told], {}), { code: 'invalid', message: /not there/ });
    await assert.rejects(backend.complete(ticket, [], {}), { code: 'invalid' });
    await send(first, PART, BYTES.subarray(0, 3));
    await assert.rejects(backend.complete(ticket, [told], {}), { code: 'invalid', message: /3 bytes .* 5 were/ });
    assert.ok((await backend.part(ticket, PART)).url, 'what is not whole goes again');
    assert.equal(await itemOf(backend.complete(ticket, [await send(first, PART, BYTES)], {})), 'a.txt');
  });
});

describe('what is replaced', () => {
  it('stays where it was when the new one cannot take its place', async () => {
    const old = await addFile(state, 'a.txt', 'old');
    const { ticket, first } = await open(backend, 'replace');
    const sent = await send(first, PART, BYTES);
    // The old one steps aside, though the answer is cut off; the new one cannot take its name.
    ground.service.knobs.next(/file_rename/, 'cut-answer');
    ground.service.knobs.next(/file_rename/, 'error');
    await assert.rejects(backend.complete(ticket, [sent], {}), { code: 'server' });
    assert.equal(asked(ground, 'file_rename').length, 3);
    assert.equal(state.find('/a.txt')?.id, old);
    assert.equal(await text('/a.txt'), 'old');
    assert.equal(await itemOf(backend.complete(ticket, [sent], {})), 'a.txt');
    assert.deepEqual([names(), await text('/a.txt')], [['a.txt'], '12345']);
  });
});

describe('where the user may not rename and delete, a file', () => {
  const docs = { id: '/docs/' };
  let anna: Backend;

  beforeEach(() => {
    member(
      ground,
      'anna',
      '/docs/',
      FLAGS.filter((flag) => flag !== 'renameFiles'),
    );
    anna = ground.as('anna');
  });

  it('goes straight under its name, or a free one', async () => {
    await addFile(state, 'docs/a.txt', 'old');
    const { ticket, first } = await open(anna, 'rename', 'a.txt', docs);
    const sent = await send(first, PART, BYTES);
    assert.equal(await itemOf(anna.complete(ticket, [sent], {})), 'a (1).txt');
    assert.equal((await anna.parts(ticket)).item?.name, 'a (1).txt');
    assert.deepEqual(asked(ground, 'file_rename'), []);
    assert.equal(await text('/docs/a.txt'), 'old');
  });

  it('whose name is taken meanwhile is refused, and is not sent once more', async () => {
    const { ticket, first } = await open(anna, 'ask', 'a.txt', docs);
    await addFile(state, 'docs/a.txt', 'faster');
    const refused = await send(first, PART, BYTES);
    assert.equal(anna.refusal?.({ status: 200, body: refused.body ?? '', size: BYTES.length })?.code, 'exists');
    await assert.rejects(anna.complete(ticket, [refused], {}), { code: 'exists' });
    await assert.rejects(anna.part(ticket, PART), { code: 'exists' });
    assert.equal(await text('/docs/a.txt'), 'faster');
  });

  it('that replaces another is there only when that one has changed', async () => {
    await addFile(state, 'docs/a.txt', '12345');
    const { ticket, first } = await open(anna, 'replace', 'a.txt', docs);
    assert.deepEqual(await anna.parts(ticket), { parts: [] });
    await lost(first);
    const { parts } = await anna.parts(ticket);
    assert.equal(await itemOf(anna.complete(ticket, parts, {})), 'a.txt');
    assert.equal(state.file('/docs/a.txt').username, 'anna');
  });

  it('is found after a lost answer, whatever the site made of its name', async () => {
    await addFile(state, 'docs/what 1.txt', 'other');
    const { ticket, first } = await open(anna, 'ask', 'what? *1*.txt', docs);
    await send(first, PART, BYTES).then(
      ({ body }) => assert.match(body ?? '', /File Cannot Be Overridden/),
      () => assert.fail(),
    );
    assert.deepEqual(await anna.parts(ticket), { parts: [] }, 'another one of five bytes was there before');
    const next = await open(anna, 'ask', 'what? *2*.txt', docs);
    await lost(next.first);
    assert.equal((await anna.parts(next.ticket)).parts.length, 1);
    await assert.rejects(anna.part(next.ticket, PART), { code: 'exists', message: /there already/ });
    assert.equal(await itemOf(anna.complete(next.ticket, [{ ...PART, body: '' }], {})), 'what 2.txt');
  });

  it('replaces nothing but what was seen under its very name', async () => {
    await addFile(state, 'docs/what.txt', 'other');
    const { ticket, first } = await open(anna, 'replace', 'what?.txt', docs);
    const sent = await send(first, PART, BYTES);
    await assert.rejects(anna.complete(ticket, [sent], {}), { code: 'exists' });
    assert.equal(await text('/docs/what.txt'), 'other');
  });

  it('is sent without quotation marks, which a form can write in two ways', async () => {
    const { ticket, first } = await open(anna, 'ask', 'say "hi".txt', docs);
    assert.equal(await itemOf(anna.complete(ticket, [await send(first, PART, BYTES)], {})), "say 'hi'.txt");
  });
});

describe('an upload', () => {
  it('that nobody completed is swept by the next one, once no ticket can be good for it', async () => {
    for (const days of [9, 7]) {
      await send((await open(backend)).first, PART, BYTES);
      for (const entry of state.root.items)
        if (Date.now() - entry.modified.getTime() < DAY) entry.modified = new Date(Date.now() - days * DAY);
    }
    await addFile(state, 'old.txt', '');
    state.file('/old.txt').modified = new Date(0);
    await open(backend);
    assert.equal(names().length, 2);
    assert.deepEqual(asked(ground, 'file_delete').length, 1);
  });

  it('that is aborted takes away what has arrived, and its ticket for every relay', async () => {
    const store = memoryStore();
    const [one, two] = [ground.as('owner', { store }), ground.as('owner', { store })];
    const { ticket, first } = await open(one);
    const sent = await send(first, PART, BYTES);
    await one.abort(ticket);
    await one.abort(ticket);
    assert.deepEqual([names(), asked(ground, 'file_delete').length], [[], 1]);
    for (const each of [one, two]) {
      await assert.rejects(each.part(ticket, PART), { code: 'not-found' });
      await assert.rejects(each.parts(ticket), { code: 'not-found' });
      await assert.rejects(each.complete(ticket, [sent], {}), { code: 'not-found' });
    }
  });

  it('goes on with its own ticket alone', async () => {
    const { ticket } = await open(backend);
    for (const [at, one] of [
      [ground.as('owner', { secret: 'another' }), ticket],
      [backend, { ...(ticket as object), size: 6 }],
      [backend, null],
    ] as const)
      await assert.rejects(at.part(one, PART), { code: 'forbidden' });
  });
});
