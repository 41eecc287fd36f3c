import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { memory, type MemoryKnobs, type MemoryOptions } from '../../src/adapters/memory.js';
import type { Backend } from '../../src/backend/backend.js';
import type { DeliveryDraft } from '../../src/backend/delivery.js';
import { BackendError } from '../../src/backend/errors.js';
import { ROOT } from '../../src/backend/item.js';
import { phaseOf, type UploadFile, type UploadPhase, type Uploads } from '../../src/uploads/queue.js';
import { createUploads } from '../../src/uploads/uploads.js';

/** A queue to a backend that keeps files only in a delivery, and what it was asked for. */
interface Ground {
  uploads: Uploads;
  backend: Backend;
  knobs: MemoryKnobs;
  /** Every call that belongs to a delivery, in order. */
  calls: string[];
  drafts: DeliveryDraft[];
  /** Names of the files whose bytes never end until it is called for. */
  hold: (name: string) => () => void;
}

const queues: Uploads[] = [];
afterEach(() => {
  for (const queue of queues.splice(0)) queue.destroy();
});

function begin(options: MemoryOptions = {}): Ground {
  const upload = { needsDelivery: true, conflict: ['rename' as const] };
  const inner = memory({ capabilities: { upload, send: { when: ['around-upload'], required: ['subject'] } }, ...options });
  const calls: string[] = [];
  const drafts: DeliveryDraft[] = [];
  const held = new Map<string, Promise<void>>();
  const names = new Map<string, string>();
  const idOf = (ticket: unknown): string => (ticket as { id: string }).id;
  const backend: Backend = {
    ...inner,
    open: (draft, ...rest) => {
      calls.push('open');
      drafts.push(draft);
      return inner.open(draft, ...rest);
    },
    send: (draft, ...rest) => {
      calls.push('send');
      drafts.push(draft);
      return inner.send(draft, ...rest);
    },
    abort: (...args) => {
      calls.push('abort');
      return inner.abort(...args);
    },
    init: async (file, ...rest) => {
      calls.push(`init ${file.name}`);
      const answer = await inner.init(file, ...rest);
      if ('ticket' in answer) names.set(idOf(answer.ticket), file.name);
      return answer;
    },
    write: async (ticket, part, bytes, how) => {
      const name = names.get(idOf(ticket)) ?? '';
      calls.push(`write ${name}`);
      await held.get(name);
      how?.signal?.throwIfAborted();
      return (await inner.write?.(ticket, part, bytes, how)) ?? assert.fail();
    },
  };
  const uploads = createUploads({ autoProceed: false });
  uploads.target = { backend, folder: ROOT, conflict: 'ask' };
  queues.push(uploads);
  const hold = (name: string): (() => void) => {
    let release = (): void => undefined;
    held.set(name, new Promise((resolve) => (release = resolve)));
    return () => {
      held.delete(name);
      release();
    };
  };
  return { uploads, backend, knobs: inner.knobs, calls, drafts, hold };
}

const add = async ({ uploads }: Ground, ...names: string[]): Promise<string[]> =>
  (await uploads.add(names.map((name) => ({ file: new File([name], name, { lastModified: 1e12 }) })))).added;
const fileOf = ({ uploads }: Ground, name: string): UploadFile =>
  Object.values(uploads.getState().files).find((file) => file.name === name) ?? assert.fail(`"${name}" is not in the queue`);
const phases = ({ uploads }: Ground): Record<string, UploadPhase> =>
  Object.fromEntries(Object.values(uploads.getState().files).map((file) => [file.name ?? '', phaseOf(file)]));
const count = ({ calls }: Ground, call: string): number => calls.filter((one) => one === call).length;
const stored = async ({ backend }: Ground): Promise<string[]> => (await backend.list(ROOT, {})).items.map(({ name }) => name).sort();
const sent = async ({ backend }: Ground) => (await backend.deliveries({})).deliveries;

/** Resolves when the queue has come to that. */
function until({ uploads }: Ground, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!holds()) return;
      uploads.off('state-update', look);
      resolve();
    };
    uploads.on('state-update', look);
    look();
  });
}
const comesTo = (ground: Ground, expected: Record<string, UploadPhase>): Promise<void> =>
  until(ground, () => Object.entries(expected).every(([name, phase]) => phases(ground)[name] === phase));

/** Lets a call about a file of this name fail once. */
const failing =
  (call: string, name: string, error: BackendError): MemoryKnobs['fail'] =>
  (of, args) =>
    of === call && JSON.stringify(args[0] ?? null).includes(name) ? error : undefined;

describe('files that a backend keeps only in a delivery', () => {
  test('go out by link, with one delivery for everything that was dropped together', async () => {
    const ground = begin();
    const { uploads } = ground;
    await add(ground, 'a.txt', 'b.txt', 'c.txt');
    await uploads.upload();
    await add(ground, 'd.txt');
    await uploads.upload();
    assert.deepEqual([count(ground, 'open'), count(ground, 'send'), count(ground, 'abort')], [2, 2, 0]);
    assert.deepEqual(
      ground.drafts.map(({ subject, recipients, size }) => [subject, recipients, size]),
      [
        ['a.txt + 2', [], 15],
        ['a.txt + 2', [], 15],
        ['d.txt', [], 5],
        ['d.txt', [], 5],
      ],
    );
    const [second, first] = await sent(ground);
    assert.deepEqual(
      [first, second].map((one) => one?.items?.map(({ name }) => name).sort()),
      [['a.txt', 'b.txt', 'c.txt'], ['d.txt']],
    );
    for (const file of Object.values(uploads.getState().files)) {
      assert.equal(phaseOf(file), 'done');
      assert.equal(file.ferry?.item?.name, file.name);
      assert.equal(file.ferry?.delivery?.id, file.name === 'd.txt' ? second?.id : first?.id);
      assert.ok(file.ferry?.delivery?.link);
    }
  });

  test('tell how far their delivery is, from its opening to its end', async () => {
    const ground = begin();
    const { uploads, knobs } = ground;
    const seen: string[] = [];
    uploads.on('state-update', () => {
      const { phase, code, delivery } = uploads.getState().deliveries?.at(-1) ?? {};
      const now = [phase, code, delivery && 'delivery'].filter(Boolean).join(' ');
      if (now && now !== seen.at(-1)) seen.push(now);
    });
    knobs.fail = (call) => (call === 'send' ? new BackendError('invalid', 'Not like this.') : undefined);
    const ids = await add(ground, 'a.txt', 'b.txt');
    await uploads.upload();
    assert.deepEqual(seen, ['opening', 'uploading', 'sending', 'failed invalid']);
    assert.deepEqual(
      uploads.getState().deliveries?.map(({ files }) => files),
      [ids],
    );
    knobs.fail = undefined;
    await uploads.retryAll();
    assert.deepEqual(seen.slice(4), ['opening', 'uploading', 'sending', 'sent delivery']);
    await add(ground, 'c.txt');
    await uploads.upload();
    assert.equal(uploads.getState().deliveries?.length, 1, 'what is over is forgotten with the next');
  });

  test('dropped all together are no delivery any more', async () => {
    const ground = begin();
    const { uploads, hold, calls } = ground;
    const release = hold('a.txt');
    const ids = await add(ground, 'a.txt');
    const all = uploads.upload();
    await until(ground, () => calls.includes('write a.txt'));
    assert.equal(uploads.getState().deliveries?.at(-1)?.phase, 'uploading');
    uploads.removeFiles(ids);
    release();
    await all;
    await until(ground, () => uploads.getState().deliveries?.length === 0);
  });

  test('are called after their folder, and by no more than fits', async () => {
    const ground = begin({ capabilities: { upload: { needsDelivery: true }, send: { subject: { maxLength: 12 } } } });
    const { uploads, drafts } = ground;
    await uploads.add(['x', 'y'].map((name) => ({ file: new File([], name), path: 'holiday/rome' })));
    await uploads.upload();
    await add(ground, 'a very long name 😀.txt', 'b.txt');
    await uploads.upload();
    assert.deepEqual(
      drafts.map(({ subject }) => subject),
      ['holiday', 'holiday', 'a very l + 1', 'a very l + 1'],
    );
  });

  test('wait for one that failed, and go out when it has arrived after all', async () => {
    const ground = begin();
    const { uploads, knobs } = ground;
    knobs.fail = failing('init', 'b.txt', new BackendError('quota', 'The disk is full.'));
    await add(ground, 'a.txt', 'b.txt', 'c.txt');
    const all = uploads.upload();
    await comesTo(ground, { 'a.txt': 'held', 'b.txt': 'failed', 'c.txt': 'held' });
    assert.deepEqual([await stored(ground), count(ground, 'send')], [[], 0]);
    knobs.fail = undefined;
    await uploads.retryAll();
    await all;
    assert.deepEqual(await stored(ground), ['a.txt', 'b.txt', 'c.txt']);
    assert.deepEqual([count(ground, 'open'), count(ground, 'send'), count(ground, 'init a.txt')], [1, 1, 1]);
  });

  test('go out without one that is dropped before its first byte, and none of them goes again', async () => {
    const ground = begin();
    const { uploads, knobs } = ground;
    knobs.fail = failing('init', 'b.txt', new BackendError('not-allowed', 'Not this one.'));
    const [, b] = await add(ground, 'a.txt', 'b.txt', 'c.txt');
    const all = uploads.upload();
    await comesTo(ground, { 'a.txt': 'held', 'b.txt': 'failed', 'c.txt': 'held' });
    assert.deepEqual(uploads.sentAgain([b!]), []);
    uploads.removeFiles([b!]);
    await all;
    assert.deepEqual(await stored(ground), ['a.txt', 'c.txt']);
    assert.deepEqual([count(ground, 'open'), count(ground, 'abort'), count(ground, 'init a.txt')], [1, 0, 1]);
  });

  test('go again with another delivery without one that is dropped after its first byte, which is told before', async () => {
    const ground = begin();
    const { uploads, calls, hold } = ground;
    const release = hold('b.txt');
    const [a, b, c] = await add(ground, 'a.txt', 'b.txt', 'c.txt');
    const all = uploads.upload();
    await until(ground, () => phases(ground)['a.txt'] === 'held' && phases(ground)['c.txt'] === 'held' && calls.includes('write b.txt'));
    assert.deepEqual(uploads.sentAgain([b!]), [a, c]);
    assert.deepEqual(uploads.sentAgain([a!, b!]), [c]);
    uploads.removeFiles([b!]);
    release();
    await all;
    assert.deepEqual(phases(ground), { 'a.txt': 'done', 'c.txt': 'done' });
    assert.deepEqual(await stored(ground), ['a.txt', 'c.txt']);
    assert.deepEqual([count(ground, 'open'), count(ground, 'abort'), count(ground, 'send')], [2, 1, 1]);
    assert.deepEqual([count(ground, 'init a.txt'), count(ground, 'init b.txt'), count(ground, 'init c.txt')], [2, 1, 2]);
    assert.ok(calls.indexOf('abort') < calls.lastIndexOf('open'), 'the old one is taken back before the new one is opened');
    assert.deepEqual(uploads.sentAgain([a!]), []);
  });

  test('go again without one that failed in its middle, once the person drops it', async () => {
    const ground = begin();
    const { uploads, knobs } = ground;
    let broken = false;
    knobs.fail = (call) => {
      if (call !== 'write' || broken) return undefined;
      broken = true;
      return new BackendError('invalid', 'These bytes are not wanted.');
    };
    await add(ground, 'a.txt', 'b.txt', 'c.txt');
    const all = uploads.upload();
    await until(ground, () => Object.values(phases(ground)).sort().join() === 'failed,held,held');
    const failed = Object.values(uploads.getState().files).find(({ error }) => error);
    assert.equal(count(ground, 'abort'), 0);
    assert.equal(uploads.sentAgain([failed!.id]).length, 2);
    uploads.removeFiles([failed!.id]);
    await all;
    assert.deepEqual(
      await stored(ground),
      ['a.txt', 'b.txt', 'c.txt'].filter((name) => name !== failed?.name),
    );
    assert.deepEqual([count(ground, 'open'), count(ground, 'abort'), count(ground, 'send')], [2, 1, 1]);
  });

  test('stay what they are when the others go again: paused, failed, or not begun', async () => {
    const ground = begin({ capabilities: { upload: { needsDelivery: true, parallelFiles: 3 } } });
    const { uploads, knobs, hold, calls } = ground;
    knobs.fail = failing('init', 'failed', new BackendError('quota', 'The disk is full.'));
    const releases = ['dropped', 'paused'].map(hold);
    const [dropped, paused] = await add(ground, 'dropped', 'paused', 'failed', 'later');
    const all = uploads.upload();
    await until(ground, () => phases(ground)['failed'] === 'failed' && calls.includes('write dropped') && calls.includes('write paused'));
    uploads.pauseResume(paused!);
    uploads.removeFiles([dropped!]);
    for (const release of releases) release();
    await comesTo(ground, { paused: 'paused', failed: 'failed', later: 'held' });
    knobs.fail = undefined;
    uploads.pauseResume(paused!);
    await comesTo(ground, { paused: 'held', failed: 'failed', later: 'held' });
    await uploads.retryAll();
    await all;
    assert.deepEqual(await stored(ground), ['failed', 'later', 'paused']);
    assert.deepEqual([count(ground, 'open'), count(ground, 'send')], [2, 1]);
  });

  test('dropped all together are taken back, and no other delivery is opened', async () => {
    const ground = begin();
    const { uploads, calls, hold } = ground;
    const release = hold('b.txt');
    await add(ground, 'a.txt', 'b.txt', 'c.txt');
    const all = uploads.upload();
    await until(ground, () => phases(ground)['a.txt'] === 'held' && calls.includes('write b.txt'));
    uploads.cancelAll();
    release();
    await all;
    assert.deepEqual([count(ground, 'open'), count(ground, 'abort'), count(ground, 'send')], [1, 1, 0]);
    assert.deepEqual([await stored(ground), await sent(ground)], [[], []]);
  });

  test('fail all for one refusal to open the delivery, and go with the next try', async () => {
    const ground = begin();
    const { uploads, knobs } = ground;
    knobs.fail = (call) => (call === 'open' ? new BackendError('quota', 'The account is full.') : undefined);
    await add(ground, 'a.txt', 'b.txt', 'c.txt');
    await uploads.upload();
    assert.deepEqual(phases(ground), { 'a.txt': 'failed', 'b.txt': 'failed', 'c.txt': 'failed' });
    assert.equal(fileOf(ground, 'b.txt').ferry?.code, 'quota');
    assert.equal(count(ground, 'open'), 1);
    knobs.fail = undefined;
    await uploads.retryAll();
    assert.deepEqual(await stored(ground), ['a.txt', 'b.txt', 'c.txt']);
    assert.deepEqual([count(ground, 'open'), count(ground, 'send')], [2, 1]);
  });

  test('fail all when the delivery is not sent, and go with another one at the next try', async () => {
    const ground = begin();
    const { uploads, knobs } = ground;
    knobs.fail = (call) => (call === 'send' ? new BackendError('invalid', 'It lacks something.') : undefined);
    const [a, b] = await add(ground, 'a.txt', 'b.txt');
    await uploads.upload();
    assert.deepEqual(phases(ground), { 'a.txt': 'failed', 'b.txt': 'failed' });
    knobs.fail = undefined;
    // one by one: they still go together
    const first = uploads.retryUpload(a!);
    await comesTo(ground, { 'a.txt': 'held', 'b.txt': 'failed' });
    await uploads.retryUpload(b!);
    await first;
    assert.deepEqual(await stored(ground), ['a.txt', 'b.txt']);
    assert.deepEqual([count(ground, 'open'), count(ground, 'send'), count(ground, 'abort')], [2, 2, 1]);
  });

  test('are sent once though the answer was lost', async () => {
    const ground = begin();
    const { uploads, knobs } = ground;
    let lost = 0;
    knobs.lose = (call) => (call === 'send' && !lost++ ? new BackendError('server', 'The answer was lost.') : undefined);
    await add(ground, 'a.txt', 'b.txt');
    await uploads.upload();
    assert.deepEqual(phases(ground), { 'a.txt': 'done', 'b.txt': 'done' });
    assert.equal((await sent(ground)).length, 1);
  });

  test('that the host refuses after they were sent fail alone', async () => {
    const ground = begin();
    const { uploads, backend } = ground;
    const refusing: Backend = {
      ...backend,
      complete: async (...args) => {
        const completed = await backend.complete(...args);
        if ('item' in completed && completed.item.name === 'b.txt') throw new BackendError('forbidden', 'The host does not want it.');
        return completed;
      },
    };
    uploads.target = { backend: refusing, folder: ROOT, conflict: 'ask' };
    await add(ground, 'a.txt', 'b.txt');
    await uploads.upload();
    assert.deepEqual(phases(ground), { 'a.txt': 'done', 'b.txt': 'failed' });
    assert.equal(fileOf(ground, 'b.txt').ferry?.code, 'forbidden');
  });
});

describe('a delivery that a page asks for', () => {
  const ada = { kind: 'email' as const, email: 'ada@example.com' };

  test('is opened with what it says, and answered when it is sent', async () => {
    const ground = begin();
    const { uploads, drafts } = ground;
    await add(ground, 'a.txt', 'b.txt');
    const delivery = await uploads.deliver({ recipients: [ada], subject: 'Plans', message: 'Here they are.', expiryDays: 3 });
    assert.deepEqual([delivery.subject, delivery.recipients[0]?.recipient], ['Plans', ada]);
    assert.deepEqual(delivery.items?.map(({ name }) => name).sort(), ['a.txt', 'b.txt']);
    assert.deepEqual(
      drafts.map(({ subject, message, expiryDays, size, items }) => [subject, message, expiryDays, size, items]),
      [
        ['Plans', 'Here they are.', 3, 10, []],
        ['Plans', 'Here they are.', 3, 10, []],
      ],
    );
    // what is dropped later goes out by itself again
    await add(ground, 'c.txt');
    await uploads.upload();
    assert.deepEqual([drafts[2]?.subject, drafts[2]?.recipients], ['c.txt', []]);
  });

  test('is made of what has arrived where the backend sends what is there', async () => {
    const ground = begin({ capabilities: {} });
    const { uploads, drafts } = ground;
    await add(ground, 'a.txt', 'b.txt');
    const delivery = await uploads.deliver({ recipients: [ada] });
    assert.deepEqual(
      delivery.items?.map(({ name }) => name),
      ['a.txt', 'b.txt'],
    );
    assert.deepEqual([count(ground, 'open'), drafts[0]?.delivery, drafts[0]?.subject], [0, undefined, 'a.txt + 1']);
    await comesTo(ground, { 'a.txt': 'done', 'b.txt': 'done' });
  });

  test('of what is there is tried again without another byte', async () => {
    const ground = begin({ capabilities: {} });
    const { uploads, knobs } = ground;
    knobs.fail = (call) => (call === 'send' ? new BackendError('quota', 'Enough for today.') : undefined);
    await add(ground, 'a.txt', 'b.txt');
    await assert.rejects(uploads.deliver({ recipients: [ada] }), { code: 'quota' });
    await comesTo(ground, { 'a.txt': 'failed', 'b.txt': 'failed' });
    knobs.fail = undefined;
    await uploads.retryAll();
    assert.deepEqual([await stored(ground), (await sent(ground)).length], [['a.txt', 'b.txt'], 1]);
    assert.equal(count(ground, 'write a.txt'), 1);
    assert.notEqual(ground.drafts[0]?.operation, ground.drafts[1]?.operation);
  });

  test('is refused where nothing waits, and where nothing can be sent, before a byte', async () => {
    const ground = begin({ capabilities: { send: false } });
    const { uploads } = ground;
    await assert.rejects(uploads.deliver({ recipients: [ada] }), { code: 'invalid' });
    await add(ground, 'a.txt');
    await assert.rejects(uploads.deliver({ recipients: [ada] }), { code: 'unsupported' });
    assert.deepEqual(ground.calls, []);
  });

  test('that is refused says why, and is tried again with the same words', async () => {
    const ground = begin();
    const { uploads, drafts } = ground;
    const [a] = await add(ground, 'a.txt');
    const nobody = { kind: 'email' as const, email: 'nobody' };
    await assert.rejects(uploads.deliver({ recipients: [nobody], subject: 'Plans' }), { code: 'invalid', message: /nobody/ });
    await comesTo(ground, { 'a.txt': 'failed' });
    await uploads.retryUpload(a!);
    assert.deepEqual([drafts.map(({ subject }) => subject), phases(ground)], [['Plans', 'Plans'], { 'a.txt': 'failed' }]);
  });

  test('that was refused is asked for again with other words, and takes along what has come since', async () => {
    const ground = begin();
    const { uploads, drafts } = ground;
    await add(ground, 'a.txt', 'b.txt');
    await assert.rejects(uploads.deliver({ recipients: [{ kind: 'email', email: 'nobody' }], subject: 'Plans' }), { code: 'invalid' });
    await comesTo(ground, { 'a.txt': 'failed', 'b.txt': 'failed' });
    await add(ground, 'c.txt');
    const delivery = await uploads.deliver({ recipients: [ada], subject: 'Other plans' });
    assert.deepEqual([delivery.subject, delivery.recipients[0]?.recipient], ['Other plans', ada]);
    assert.deepEqual(delivery.items?.map(({ name }) => name).sort(), ['a.txt', 'b.txt', 'c.txt']);
    await comesTo(ground, { 'a.txt': 'done', 'b.txt': 'done', 'c.txt': 'done' });
    assert.deepEqual([count(ground, 'send'), (await sent(ground)).length, drafts.at(-1)?.subject], [1, 1, 'Other plans']);
  });

  test('ends when all its files are dropped, started or not', async () => {
    const ground = begin();
    const { uploads, hold, calls } = ground;
    hold('a.txt');
    await add(ground, 'a.txt');
    const delivered = uploads.deliver({ recipients: [ada] });
    await until(ground, () => calls.includes('write a.txt') || phases(ground)['a.txt'] === 'sending');
    uploads.cancelAll();
    await assert.rejects(delivered, { code: 'aborted' });
    // before anything is known of the backend
    const later = begin({ delay: (call) => (call === 'capabilities' ? 1000 : 0) });
    await add(later, 'b.txt');
    const early = later.uploads.deliver({ recipients: [ada] });
    await until(later, () => Object.keys(later.uploads.getState().currentUploads).length > 0);
    later.uploads.cancelAll();
    await assert.rejects(early, { code: 'aborted' });
    assert.deepEqual(later.calls, []);
    assert.deepEqual(await sent(ground), []);
  });
});
