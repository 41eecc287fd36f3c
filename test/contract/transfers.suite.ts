import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { describe } from 'node:test';
import type { Item, Outcome, Ref } from '../../src/backend/item.js';
import type { Conflict } from '../../src/backend/upload.js';
import { type Bench, operation, ref, settled, type Stage } from './stage.js';

/** `move` and `copy`: one outcome for each item, whatever becomes of the others. */
export function transfersSuite({ can, it }: Bench): void {
  if (!can.upload || !can.createFolder) return;
  const modes = can.upload.conflict;

  for (const call of ['move', 'copy'] as const) {
    if (!can[call]) continue;
    const moves = call === 'move';

    const transfer = ({ backend }: Stage, items: Ref[], to: Ref, conflict: Conflict = 'ask', id = operation()) =>
      settled(items.map(ref), (left, ticket) => backend[call](left, { to: ref(to), conflict, operation: id, ...ticket }));

    describe(`a ${call}`, () => {
      it('puts files and whole folders into another folder', async (stage) => {
        const { store, folder, holds, names, all } = stage;
        const [to, tree] = [await folder('to'), await folder('tree')];
        const inner = await folder('inner', tree);
        const file = await store('file.txt', 'file');
        await store('deep.txt', 'deep', { folder: inner });
        const [one, two] = await transfer(stage, [file, tree], to);
        const [movedFile, movedTree] = [itemOf(one), itemOf(two)];
        deepEqual([movedFile.name, movedTree.name, movedTree.kind], ['file.txt', 'tree', 'folder']);
        await holds(movedFile, 'file');
        if (!can.list) return;
        deepEqual(await names(), moves ? ['to'] : ['file.txt', 'to', 'tree']);
        deepEqual(await names(to), ['file.txt', 'tree']);
        const [below] = await all(movedTree);
        deepEqual(below?.name, 'inner');
        const [deep] = await all(below);
        ok(deep);
        await holds(deep, 'deep');
        if (moves) return;
        notEqual(movedFile.id, file.id);
        notEqual(movedTree.id, tree.id);
        await holds(file, 'file');
        deepEqual(await names(inner), ['deep.txt']);
      });

      it('of several does what can be done, and says of each what became of it', async (stage) => {
        const { store, folder, holds, names, backend } = stage;
        const to = await folder('to');
        const items = [await store('1.txt'), await store('taken.txt', 'mine'), await store('gone.txt'), await store('4.txt')];
        const there = await store('taken.txt', 'theirs', { folder: to });
        if (can.remove) await backend.remove(items.slice(2, 3).map(ref), { recursive: false });
        const outcomes = await transfer(stage, can.remove ? items : items.filter((_, index) => index !== 2), to);
        deepEqual(outcomes.map(fate), can.remove ? ['item', 'exists', 'not-found', 'item'] : ['item', 'exists', 'item']);
        await holds(there, 'theirs');
        await holds(items[1]!, 'mine');
        if (can.list) deepEqual(await names(to), ['1.txt', '4.txt', 'taken.txt']);
      });

      for (const conflict of ['rename', 'replace', 'skip'] as const)
        if (modes.includes(conflict))
          it(`onto a taken name goes the way of "${conflict}"`, async (stage) => {
            const { store, folder, holds, names, all } = stage;
            const to = await folder('to');
            const item = await store('taken.txt', 'mine');
            const there = await store('taken.txt', 'theirs', { folder: to });
            const [outcome] = await transfer(stage, [item], to, conflict);
            ok(outcome);
            if (conflict === 'skip') {
              deepEqual(outcome, { id: item.id, skipped: true });
              await holds(there, 'theirs');
              await holds(item, 'mine');
              return;
            }
            const placed = itemOf(outcome);
            await holds(placed, 'mine');
            if (can.list) deepEqual(await names(), moves ? ['to'] : ['taken.txt', 'to']);
            if (!can.list) return;
            deepEqual(await names(to), conflict === 'replace' ? ['taken.txt'] : ['taken.txt', placed.name].sort());
            if (conflict === 'rename') await holds((await all(to)).find(({ id }) => id === there.id) ?? there, 'theirs');
          });

      if (modes.includes('replace'))
        it("of a folder onto a folder brings what is in it, and a file never takes a folder's name", async (stage) => {
          const { store, folder, names, all } = stage;
          const to = await folder('to');
          const [mine, theirs] = [await folder('same'), await folder('same', to)];
          await store('new.txt', 'new', { folder: mine });
          await store('kept.txt', 'kept', { folder: theirs });
          const file = await store('other', 'file');
          const other = await folder('other', to);
          const [outcome, refused] = await transfer(stage, [mine, file], to, 'replace');
          equal(itemOf(outcome).name, 'same');
          equal(refused && fate(refused), 'exists');
          if (!can.list) return;
          deepEqual(await names(to), ['other', 'same']);
          ok((await names(itemOf(outcome))).includes('new.txt'));
          equal((await all(to)).find(({ name }) => name === 'other')?.id, other.id);
          deepEqual(await names(), moves ? ['other', 'to'] : ['other', 'same', 'to']);
        });

      it('of a folder into itself or below is invalid, and changes nothing', async (stage) => {
        const { store, folder, names } = stage;
        const outer = await folder('outer');
        const inner = await folder('inner', outer);
        await store('file.txt', 'file', { folder: inner });
        for (const to of [outer, inner]) {
          const [outcome] = await transfer(stage, [outer], to);
          equal(outcome && fate(outcome), 'invalid');
        }
        if (!can.list) return;
        deepEqual(await names(), ['outer']);
        deepEqual(await names(outer), ['inner']);
        deepEqual(await names(inner), ['file.txt']);
      });

      it('is not misled by siblings that share a prefix', async (stage) => {
        const { store, folder, names, all } = stage;
        const [a, ab, to] = [await folder('a'), await folder('a b'), await folder('ab')];
        await store('in-a.txt', 'a', { folder: a });
        await store('in-a-b.txt', 'a b', { folder: ab });
        const [outcome] = await transfer(stage, [a], to);
        if (!can.list) return;
        deepEqual(await names(itemOf(outcome)), ['in-a.txt']);
        deepEqual(await names(), moves ? ['a b', 'ab'] : ['a', 'a b', 'ab']);
        const sibling = (await all()).find(({ name }) => name === 'a b');
        deepEqual(await names(sibling), ['in-a-b.txt']);
      });

      it('to where a thing lies already keeps it', async (stage) => {
        const { store, folder, holds, names } = stage;
        const to = await folder('to');
        const item = await store('here.txt', 'here', { folder: to });
        const [outcome] = await transfer(stage, [item], to, modes.includes('replace') ? 'replace' : 'ask');
        ok(outcome);
        if (moves) await holds(itemOf(outcome), 'here');
        await holds(item, 'here');
        if (can.list) deepEqual(await names(to), ['here.txt']);
        if (moves || !modes.includes('rename')) return;
        const [copied] = await transfer(stage, [item], to, 'rename');
        notEqual(itemOf(copied).name, 'here.txt');
        await holds(itemOf(copied), 'here');
        await holds(item, 'here');
      });

      it('asked for twice with one operation happens once', async (stage) => {
        const { store, folder, names } = stage;
        const to = await folder('to');
        const item = await store('once.txt');
        const id = operation();
        const conflict = modes.includes('rename') ? 'rename' : 'ask';
        const [first] = await transfer(stage, [item], to, conflict, id);
        const [second] = await transfer(stage, [item], to, conflict, id);
        deepEqual(itemOf(second), itemOf(first));
        if (can.list) deepEqual(await names(to), ['once.txt']);
      });

      it('whose answer was lost is not done a second time', async (stage) => {
        const { store, folder, names, loseAnswer } = stage;
        const to = await folder('to');
        const item = await store('once.txt');
        const id = operation();
        const conflict = modes.includes('rename') ? 'rename' : 'ask';
        loseAnswer?.(call);
        const lost = await transfer(stage, [item], to, conflict, id).then(
          () => false,
          () => true,
        );
        equal(lost, loseAnswer !== undefined);
        // nobody may be able to tell what became of it, but nobody does it again
        const again = await transfer(stage, [item], to, conflict, id).catch((error: unknown) => error as { code: string });
        if (Array.isArray(again)) equal(itemOf(again[0]).name, 'once.txt');
        else equal(again.code, 'unknown-outcome');
        if (can.list) deepEqual(await names(to), ['once.txt']);
      });

      if (can.remove)
        it('to a folder that is gone, or to a file, moves nothing', async (stage) => {
          const { store, folder, backend, names } = stage;
          const gone = await folder('gone');
          const item = await store('stays.txt');
          const file = await store('file.txt');
          await backend.remove([ref(gone)], { recursive: true });
          for (const to of [gone, file]) {
            const outcomes = await transfer(stage, [item], to).catch((error: unknown) => [{ id: '', error: error as { code: string } }]);
            ok(
              outcomes.every((outcome) => 'error' in outcome && ['not-found', 'invalid'].includes(outcome.error.code)),
              JSON.stringify(outcomes),
            );
          }
          if (can.list) deepEqual(await names(), ['file.txt', 'stays.txt']);
        });
    });
  }
}

function itemOf(outcome: Outcome | undefined): Item {
  ok(outcome && 'item' in outcome, `expected an item, not ${JSON.stringify(outcome)}`);
  return outcome.item;
}

/** What became of an item, in one word. */
const fate = (outcome: Outcome): string =>
  'error' in outcome ? outcome.error.code : (Object.keys(outcome).find((key) => key !== 'id') ?? '');
