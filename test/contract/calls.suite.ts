import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { NOTHING } from '../../src/backend/capabilities.js';
import { isBackendError } from '../../src/backend/errors.js';
import { CALLS, has, sceneOf, TRIES } from './calls.js';
import type { Bench } from './stage.js';
import { rejects } from './witness.js';

/** Longest time, in milliseconds, that a call may go on after its signal. */
const PROMPT = 1000;

/** What holds for every call alike: refused where it is not had, ended where it is not wanted any more. */
export function callsSuite(bench: Bench): void {
  const { can, it } = bench;
  describe('capabilities', () => {
    it('say of every call whether it can be made, and by whom', async ({ backend }) => {
      const said = await backend.capabilities({});
      deepEqual(Object.keys(said).sort(), [...Object.keys(NOTHING), 'account'].sort());
      equal(typeof said.account, 'string');
      ok(said.account);
      deepEqual(await backend.capabilities({}), said, 'asked twice, they are the same');
    });

    if (can.upload)
      it('promise uploads that can be made', async () => {
        const { partSize, maxParts, maxFileSize, parallelParts, parallelFiles, bytes, cuts, needsDelivery } = can.upload || {};
        ok(partSize && partSize.min >= 0 && partSize.min <= partSize.preferred && partSize.preferred <= partSize.max);
        ok((maxParts ?? 0) >= 1 && (parallelParts ?? 0) >= 1 && (parallelFiles ?? 0) >= 1 && (maxFileSize ?? 0) >= 1);
        ok(bytes === 'direct' || bytes === 'relay');
        ok(cuts === 'equal' || cuts === 'free');
        ok(!needsDelivery || (can.open && can.send), 'files that need a delivery need a way to open and to send one');
        await Promise.resolve();
      });
  });

  describe('a call that the backend does not have', () => {
    for (const call of CALLS)
      if (has(bench, call) === false)
        it(`"${call}" is refused as unsupported`, async (stage) => {
          const scene = await sceneOf(stage);
          // the relay asks for a claim or a seal before it asks the backend, and what was never there has none
          await rejects(TRIES[call](stage.backend, scene, {}), 'unsupported', ...(isStandIn(call, scene) ? (['forbidden'] as const) : []));
        });
  });

  describe('a signal', () => {
    for (const call of CALLS.filter((each) => has(bench, each))) {
      it(`keeps "${call}" from doing anything when it is aborted already`, async (stage) => {
        const scene = await sceneOf(stage);
        const before = can.list ? await stage.names() : [];
        await rejects(TRIES[call](stage.backend, scene, { signal: AbortSignal.abort() }), 'aborted');
        if (can.list) deepEqual(await stage.names(), before);
      });

      it(`ends "${call}" under way`, async (stage) => {
        const scene = await sceneOf(stage);
        stage.slow?.(5 * PROMPT);
        const controller = new AbortController();
        const answer = TRIES[call](stage.backend, scene, { signal: controller.signal }).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (stage.slow) await sleep(5);
        controller.abort();
        const error = await Promise.race([answer, sleep(PROMPT, 'it went on', { ref: false })]);
        notEqual(error, 'it went on');
        // a call that was faster than its signal has answered, or refused for another reason
        if (stage.slow) ok(isBackendError(error) && error.code === 'aborted', String(error));
      });
    }
  });
}

function isStandIn(call: string, { ticket, delivery, contact }: Awaited<ReturnType<typeof sceneOf>>): boolean {
  if (['init', 'part', 'parts', 'complete', 'abort'].includes(call)) return ticket === null;
  if (['delivery', 'change', 'forward', 'retry', 'revoke'].includes(call)) return delivery.claim === undefined;
  return call.startsWith('contacts.') && contact.claim === undefined;
}
