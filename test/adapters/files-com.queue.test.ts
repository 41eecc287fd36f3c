import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Seen } from '../services/knobs.js';
import { arrived, filesOf, queued, send } from './files-com.queued.js';

const MIB = 2 ** 20;
const PART = /^storage PUT/;

/** One part of one upload, whichever address it was sent to. */
const partOf = ({ path }: Seen): string => {
  const { pathname, searchParams } = new URL(path, 'http://storage');
  return `${pathname} ${searchParams.get('partNumber') ?? ''}`;
};

/** How often each part was sent, and how often that failed. */
function sent(requests: readonly Seen[]): Map<string, { times: number; failures: number }> {
  const parts = new Map<string, { times: number; failures: number }>();
  for (const request of requests) {
    const part = parts.get(partOf(request)) ?? { times: 0, failures: 0 };
    part.times += 1;
    if (request.status !== 200) part.failures += 1;
    parts.set(partOf(request), part);
  }
  return parts;
}

/** Lets waiting take a twentieth of its time; limits of a minute and more stay as they are. */
function hasten(t: TestContext): void {
  const real = globalThis.setTimeout;
  const set = (value: unknown): boolean => Reflect.set(globalThis, 'setTimeout', value);
  // By hand: a mock of the test runner would keep every call.
  set((act: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]) =>
    real(act, milliseconds < 60_000 ? milliseconds / 20 : milliseconds, ...args),
  );
  t.after(() => set(real));
}

/** A way to the relay on which every tenth request fails: cut, refused, or told to wait. */
function flaky(): typeof fetch {
  let state = 7;
  return async (...request) => {
    state = (state * 48_271) % 0x7fffffff;
    const chance = state / 0x7fffffff;
    if (chance < 0.03) throw new TypeError('fetch failed');
    if (chance < 0.06) return new Response('Bad gateway', { status: 502 });
    if (chance < 0.1) return new Response('Slow down', { status: 429, headers: { 'retry-after': '1' } });
    return fetch(...request);
  };
}

describe('a queue of uploads to Files.com, through the relay', () => {
  it('completes every upload where addresses live 2 s and parts wait longer', async (t) => {
    const at = await queued(t);
    const { knobs } = at.service;
    knobs.uploadUrlLifetime = 2;
    const release = knobs.hold(PART);
    const small = Array.from({ length: 24 }, (_, index) => [`small ${String(index)}`, index] as const);
    const files = filesOf({ large: 11 * MIB, larger: 12 * MIB, ...Object.fromEntries(small) });
    const uploading = send(at.uploads, files);
    // Those at the door hold every connection; what waits behind them in the queue has its address, too.
    while (knobs.seen(PART).length < 6) await sleep(20);
    await sleep(2200);
    const atTheDoor = knobs.seen(PART).length;
    release();
    await uploading;
    await arrived(at, files);
    const parts = knobs.seen(PART);
    assert.ok(parts.filter(({ status }) => status === 403).length >= atTheDoor, 'what waited at the door has expired');
    const addresses = knobs.asked.filter(({ path }) => path.startsWith('/file_actions/begin_upload/')).length;
    // Two large ones open with an address that they have no use for, and a part that was refused has used its own.
    assert.ok(addresses - parts.length > 8, 'what waited in the queue asked for another address before it was sent');
  });

  it('completes 200 uploads while every tenth request fails, and sends no part more often than its failures explain', async (t) => {
    hasten(t);
    const at = await queued(t, flaky());
    const { knobs } = at.service;
    knobs.errorRate = 0.1;
    const sizes = Array.from({ length: 199 }, (_, index) => [`small ${String(index)}`, index * 7] as const);
    const files = filesOf({ ...Object.fromEntries(sizes), 'large.bin': 11 * MIB });
    await send(at.uploads, files);
    await arrived(at, files);
    const faults = new Set(knobs.requests.map(({ fault }) => fault));
    assert.deepEqual(faults, new Set([undefined, 'error', 'rate-limited', 'cut']));
    const parts = sent(knobs.seen(PART));
    assert.ok(parts.size > 200, 'each file has a part, and the large one has more');
    for (const [part, { times, failures }] of parts) assert.equal(times, 1 + failures, part);
    assert.equal(at.service.state.uploads.size, 0, 'no upload was left open');
    assert.deepEqual(at.reported, []);
  });

  it('costs at most three requests of the page for a file of one part', async (t) => {
    let calls = 0;
    const at = await queued(t, (...request) => {
      calls += 1;
      return fetch(...request);
    });
    const count = (): number => calls + at.service.knobs.seen(PART).length;
    await at.uploads.capabilities();
    for (const size of [0, 1, 5 * MIB]) {
      const before = count();
      const [file] = filesOf({ [`${String(size)} bytes`]: size });
      assert.ok(file);
      await send(at.uploads, [file]);
      assert.equal(count() - before, 3, `${String(size)} bytes`);
      await arrived(at, [file]);
    }
    const before = count();
    const files = filesOf(Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`file ${String(index)}`, 100])));
    await send(at.uploads, files);
    assert.ok(count() - before < 60 * 2, 'calls of one moment travel together');
  });
});
