import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { describe } from 'node:test';
import { ROOT } from '../../src/backend/item.js';
import type { Conflict } from '../../src/backend/upload.js';
import { encoded } from './bytes.js';
import { type Bench, ref, type Stage } from './stage.js';
import { rejects } from './witness.js';

const WHOLE = { number: 1, start: 0, end: 5 };

/** What happens to an upload whose name is taken: when it is opened, and when somebody was faster. */
export function conflictsSuite({ can, it }: Bench): void {
  const { upload } = can;
  if (!upload) return;
  const { conflict: modes, needsDelivery } = upload;

  /** Opens two uploads of one name, and lets the first one win. */
  const race = async ({ begin }: Stage, conflict: Conflict) => {
    const fast = await begin('race.txt', 5, { conflict });
    const slow = await begin('race.txt', 5, { conflict });
    const parts = [await slow.put(WHOLE, encoded('slow!'))];
    const winner = await fast.finish([await fast.put(WHOLE, encoded('fast!'))]);
    return { slow, parts, winner };
  };

  describe('a name that is taken', () => {
    for (const conflict of ['ask', 'rename', 'replace', 'skip'] as const)
      if (modes.length > 0 && !modes.includes(conflict) && !needsDelivery)
        it(`is refused as unsupported under "${conflict}"`, async ({ backend, begin }) => {
          await rejects(backend.init({ name: 'a.txt', size: 5, type: '' }, { folder: ROOT, conflict }), 'unsupported');
          const sending = await begin('a.txt', 5);
          await rejects(sending.complete([await sending.put(WHOLE, encoded('other'))], conflict), 'unsupported');
        });
    if (modes.length === 0)
      it('is none: files of one name are there together, whatever mode is asked for', async ({ begin, holds }) => {
        const items = [];
        for (const conflict of ['ask', 'rename', 'replace', 'skip'] as const) {
          const sending = await begin('same.txt', 5, { conflict });
          const completed = await sending.complete([await sending.put(WHOLE, encoded('bytes'))], conflict);
          ok('item' in completed, JSON.stringify(completed));
          items.push(completed.item);
        }
        equal(new Set(items.map(({ id }) => id)).size, 4);
        for (const item of items) await holds(item, 'bytes');
      });
    if (needsDelivery) return;

    for (const conflict of ['ask', 'skip'] as const)
      if (modes.includes(conflict))
        it(`opens nothing under "${conflict}", and says what is there`, async ({ backend, store, holds, names }) => {
          const taken = await store('taken.txt', 'first');
          const answer = await backend.init({ name: taken.name, size: 5, type: '' }, { folder: ROOT, conflict });
          const there = conflict === 'ask' ? 'exists' in answer && answer.exists : 'skipped' in answer && answer.skipped;
          ok(there, JSON.stringify(answer));
          deepEqual([there.id, there.name], [taken.id, taken.name]);
          await holds(there, 'first');
          if (can.list) deepEqual(await names(), [taken.name]);
        });

    if (modes.includes('rename'))
      it('is left alone under "rename": the new file gets another', async ({ store, holds, names }) => {
        const first = await store('taken.txt', 'first');
        const others = [
          await store('taken.txt', 'other 1', { conflict: 'rename' }),
          await store('taken.txt', 'other 2', { conflict: 'rename' }),
        ];
        for (const other of others) ok(other.name.endsWith('.txt'), other.name);
        const all = [first, ...others].map(({ name }) => name);
        equal(new Set(all).size, 3);
        if (can.list) deepEqual(await names(), all.sort());
        await holds(first, 'first');
        for (const [index, other] of others.entries()) await holds(other, `other ${index + 1}`);
      });

    if (modes.includes('replace')) {
      it('has the new bytes under "replace", and the old ones until then', async ({ begin, store, holds, names, all }) => {
        const first = await store('taken.txt', 'first');
        const sending = await begin('taken.txt', 6, { conflict: 'replace' });
        const uploaded = await sending.put({ number: 1, start: 0, end: 6 }, encoded('second'));
        await holds(first, 'first');
        const second = await sending.finish([uploaded]);
        equal(second.name, first.name);
        await holds(second, 'second');
        if (!can.list) return;
        deepEqual(await names(), [first.name]);
        const [listed] = await all();
        equal(listed?.id, second.id);
      });

      if (can.createFolder)
        it('is not given to a file when a folder has it', async ({ backend, folder, store, all }) => {
          const taken = await folder('taken');
          await store('below.txt', 'below', { folder: taken });
          await rejects(backend.init({ name: taken.name, size: 5, type: '' }, { folder: ROOT, conflict: 'replace' }), 'exists');
          if (can.list) equal((await all(taken)).length, 1);
        });
    }
  });

  if (needsDelivery) return;
  describe('a name that is taken meanwhile', () => {
    if (modes.includes('ask')) {
      it('is asked about, and the upload lives on until there is an answer', async (stage) => {
        const { slow, parts, winner } = await race(stage, 'ask');
        for (let turn = 0; turn < 2; turn += 1) {
          const answer = await slow.complete(parts);
          ok('exists' in answer, JSON.stringify(answer));
          deepEqual([answer.exists.id, answer.exists.name], [winner.id, winner.name]);
        }
        await stage.holds(winner, 'fast!');
        if (can.list) deepEqual(await stage.names(), [winner.name]);
      });

      for (const conflict of ['rename', 'replace', 'skip'] as const)
        if (modes.includes(conflict))
          it(`goes the way of the answer "${conflict}"`, async (stage) => {
            const { slow, parts, winner } = await race(stage, 'ask');
            ok('exists' in (await slow.complete(parts)));
            await outcome(stage, conflict, await slow.complete(parts, conflict), winner);
            if (conflict !== 'skip') await outcome(stage, conflict, await slow.complete(parts, conflict), winner);
          });
    }

    for (const conflict of ['rename', 'replace', 'skip'] as const)
      if (modes.includes(conflict))
        it(`goes the way of "${conflict}" when that was said before`, async (stage) => {
          const { slow, parts, winner } = await race(stage, conflict);
          await outcome(stage, conflict, await slow.complete(parts), winner);
        });

    if (modes.includes('rename'))
      it('gives each of many a name of its own, all at once', async ({ begin, holds, names }) => {
        const all = await Promise.all(Array.from({ length: 8 }, () => begin('many.txt', 5, { conflict: 'rename' })));
        const texts = all.map((_, index) => `many${index}`);
        const items = await Promise.all(
          all.map(async (sending, index) => sending.finish([await sending.put(WHOLE, encoded(texts[index] ?? ''))])),
        );
        equal(new Set(items.map(({ name }) => name)).size, 8);
        equal(new Set(items.map(({ id }) => id)).size, 8);
        for (const [index, item] of items.entries()) await holds(item, texts[index] ?? '');
        if (can.list) deepEqual(await names(), items.map(({ name }) => name).sort());
      });
  });
}

async function outcome(stage: Stage, conflict: Conflict, answer: object, winner: { id: string; name: string }): Promise<void> {
  const { can, backend, names, holds, all } = stage;
  if (conflict === 'skip') {
    ok('skipped' in answer, JSON.stringify(answer));
    if (can.list) deepEqual(await names(), [winner.name]);
    if (can.item) await holds(await backend.item(ref(winner)), 'fast!');
    return;
  }
  ok('item' in answer, JSON.stringify(answer));
  const { item } = answer as { item: Parameters<typeof holds>[0] };
  await holds(item, 'slow!');
  if (conflict === 'replace') {
    equal(item.name, winner.name);
    if (can.list) deepEqual(await names(), [winner.name]);
    return;
  }
  notEqual(item.name, winner.name);
  if (!can.list) return;
  deepEqual(await names(), [winner.name, item.name].sort());
  const first = (await all()).find(({ id }) => id === winner.id);
  ok(first, 'the first file is gone');
  await holds(first, 'fast!');
}
