import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it, mock } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import type { Item } from '../../src/backend/item.js';
import { ROOT } from '../../src/backend/item.js';
import { verifyItems } from '../../src/relay/receipt.js';
import { SECRET, ticketOf, wire, type Wire } from './wire.js';

let served: Wire;
let mine: Item;
let his: Item;
let listed: Item;
before(async () => {
  served = await wire({ backends: { files: memory({ seed: { 'old.txt': 'x' } }) } });
  const upload = async (user: string): Promise<Item> => {
    const one = served.as(user);
    const { ticket, first } = await ticketOf(
      one.init({ name: `of ${user}.txt`, size: 4, type: 'text/plain' }, { folder: ROOT, conflict: 'ask' }),
    );
    const body = await (await fetch(first?.url ?? '', { method: 'PUT', body: 'data' })).text();
    const done = await one.complete(ticket, [{ number: 1, start: 0, end: 4, body }], {});
    return 'item' in done ? done.item : assert.fail();
  };
  [mine, his] = [await upload('anna'), await upload('bob')];
  const found = (await served.as('anna').list(ROOT, {})).items.find(({ name }) => name === 'old.txt');
  listed = found ?? assert.fail();
});
after(() => served.close());
afterEach(() => mock.timers.reset());

/** The value as `<ferry-upload>` gives it to its form. */
const value = (...items: Item[]): string =>
  JSON.stringify(items.map(({ id, claim, name, size, type }) => ({ id, claim, name, size, type })));

describe('verifyItems', () => {
  it('answers what was uploaded, out of the claim alone', async () => {
    const [item] = await verifyItems(value(mine), SECRET, { user: 'anna', backend: 'files', root: '', maxAge: 60 });
    const { at, ...rest } = item ?? assert.fail();
    assert.deepEqual(rest, {
      backend: 'files',
      user: 'anna',
      root: '',
      id: mine.id,
      name: 'of anna.txt',
      kind: 'file',
      size: 4,
      type: 'text/plain',
    });
    assert.ok(Math.abs(at - Date.now()) < 60_000);
    assert.equal((await verifyItems(JSON.stringify([{ id: mine.id, claim: mine.claim }]), SECRET))[0]?.name, 'of anna.txt');
    assert.deepEqual(await verifyItems('', SECRET), []);
    assert.deepEqual(await verifyItems('[]', SECRET), []);
    assert.equal((await verifyItems(value(mine), ['another secret that is long enough 0123', SECRET])).length, 1);
  });

  it('answers an item that was asked for by itself, but not one that was only listed', async () => {
    const asked = await served.as('anna').item(listed);
    assert.equal((await verifyItems(value(asked), SECRET))[0]?.name, 'old.txt');
    await assert.rejects(verifyItems(value(listed), SECRET), { code: 'forbidden' });
  });

  it('refuses what is no list of items', async () => {
    for (const wrong of ['{', 'null', '{}', '"x"', '[1]', '[null]', '[{}]', '[{"id":"x"}]', '[{"id":1,"claim":"x"}]']) {
      await assert.rejects(verifyItems(wrong, SECRET), { code: 'invalid' }, wrong);
    }
  });

  it('refuses what was forged or altered, and all of a value when one of its items was', async () => {
    const claim = mine.claim ?? '';
    const [proof, ...receipt] = claim.split('.');
    const [hisProof, ...hisReceipt] = (his.claim ?? '').split('.');
    const forged: Partial<Item>[] = [
      { id: his.id },
      { name: 'other.txt' },
      { size: 5 },
      { type: 'text/html' },
      { claim: '' },
      { claim: proof ?? '' },
      { claim: `${proof ?? ''}.${hisReceipt.join('.')}` },
      { claim: `${hisProof ?? ''}.${receipt.join('.')}` },
      { claim: `${claim.slice(0, -10)}AAAAAA${claim.slice(-4)}` },
    ];
    for (const change of forged)
      await assert.rejects(verifyItems(value(mine, { ...mine, ...change }), SECRET), { code: 'forbidden' }, JSON.stringify(change));
    await assert.rejects(verifyItems(value(mine), `${SECRET} of somebody else`), { code: 'forbidden' });
    const patched = JSON.stringify([{ id: listed.id, claim: `${listed.claim ?? ''}.${receipt.join('.')}` }]);
    await assert.rejects(verifyItems(patched, SECRET), { code: 'forbidden' }, "one of the user's own items under the receipt of another");
  });

  it("refuses what is another user's, another backend's or too old, where it is told", async () => {
    for (const expected of [{ user: 'bob' }, { backend: 'other' }, { root: '1' }]) {
      await assert.rejects(verifyItems(value(mine), SECRET, expected), { code: 'forbidden' });
    }
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 });
    await assert.rejects(verifyItems(value(mine), SECRET, { maxAge: 60 }), { code: 'expired' });
    assert.equal((await verifyItems(value(mine), SECRET)).length, 1);
  });

  it('refuses a short secret', async () => {
    await assert.rejects(verifyItems(value(mine), 'short'), /verifyItems: secret 1 is 5 bytes/);
  });
});
