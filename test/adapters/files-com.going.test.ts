import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Backend, TransferOptions } from '../../src/backend/backend.js';
import type { Outcome } from '../../src/backend/item.js';
import { operation } from '../contract/stage.js';
import { relayed } from '../relay/relayed.js';
import { addFile } from '../services/files-com/seed.js';
import { site, type Site } from './files-com.ground.js';

let at: Site;

beforeEach(async () => {
  at = await site({ answerWithin: 0 });
  const { state, knobs } = at.service;
  for (const path of ['full/a.txt', 'full/b.txt', 'c.txt']) await addFile(state, path, path);
  state.tree.makeFolder('docs', at.owner.id);
  knobs.pendingFor = 3;
});

afterEach(() => at.service.close());

const REFS = [{ id: 'full' }, { id: 'c.txt' }];
const how = (): TransferOptions => ({ to: { id: 'docs' }, conflict: 'ask', operation: operation() });

/** Repeats a call with the ticket that it answered until nothing is pending; answers all outcomes on the way. */
async function followed(backend: Backend, call: 'move' | 'copy', refs = REFS): Promise<Outcome[][]> {
  const given = how();
  const all = [await backend[call](refs, given)];
  for (;;) {
    const left = (all.at(-1) ?? []).flatMap((outcome) => ('pending' in outcome ? [outcome] : []));
    const [first] = left;
    if (!first || all.length > 9) return all;
    const ids = left.map(({ id }) => refs.find((ref) => ref.id === id) ?? { id });
    all.push(await backend[call](ids, { ...given, ticket: first.pending.ticket }));
  }
}

const started = (call: string): number => at.service.knobs.seen(new RegExp(`^api POST \\S*/file_actions/${call}/`)).length;

describe('what Files.com has not done at once', () => {
  for (const call of ['move', 'copy'] as const) {
    it(`tells how far it is, and goes on when it is asked again: ${call}`, async () => {
      const all = await followed(at.backend, call);
      const [first = []] = all;
      assert.deepEqual(
        first.map((outcome) => 'pending' in outcome && [outcome.id, outcome.pending.done, outcome.pending.total]),
        [
          ['full', 0, 2],
          ['c.txt', 0, 1],
        ],
      );
      assert.equal(all.length, 3);
      const done = all.at(-1) ?? [];
      assert.deepEqual(
        done.map((outcome) => 'item' in outcome && outcome.item.id),
        ['docs/full', 'docs/c.txt'],
      );
      assert.equal(started(call), 2, 'each was begun once');
      const { tree } = at.service.state;
      assert.ok(tree.find('docs/full/b.txt'));
      assert.equal(tree.find('c.txt') === undefined, call === 'move');
    });
  }

  it('goes on through the relay', async (t) => {
    const { backend, cleanup } = await relayed(at.backend);
    t.after(() => cleanup?.());
    const { items } = await backend.list({ id: '' }, {});
    const [full, docs] = ['full', 'docs'].map((name) => items.find((item) => item.name === name));
    assert.ok(full && docs);
    const given = { to: docs, conflict: 'ask' as const, operation: operation() };
    let outcomes = await backend.copy([full], given);
    for (let turn = 0; turn < 9; turn += 1) {
      const [one] = outcomes;
      if (!one || !('pending' in one)) break;
      outcomes = await backend.copy([full], { ...given, ticket: one.pending.ticket });
    }
    assert.ok(outcomes[0] && 'item' in outcomes[0]);
    assert.equal(started('copy'), 1);
  });

  it('is told when it has failed in the end, with nothing half-done', async () => {
    at.service.knobs.failPending = true;
    const given = how();
    const [first] = await at.backend.move([{ id: 'full' }, { id: 'c.txt' }], given);
    assert.ok(first && 'pending' in first);
    const { ticket } = first.pending;
    await at.backend.move(REFS, { ...given, ticket });
    await assert.rejects(at.backend.move(REFS, { ...given, ticket }), { code: 'server' });
    assert.ok(at.service.state.tree.find('full/a.txt') && !at.service.state.tree.find('docs/full'));
  });

  it('leaves nobody in doubt that a new name may come later', async () => {
    await assert.rejects(at.backend.rename({ id: 'c.txt' }, 'd.txt'), { code: 'unknown-outcome', message: /still being renamed/ });
    at.service.knobs.pendingFor = 2;
    const patient = at.as({ answerWithin: 15_000 });
    assert.equal((await patient.rename({ id: 'full' }, 'filled')).id, 'filled');
  });
});
