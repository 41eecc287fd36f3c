import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ROOT } from '../../src/backend/item.js';
import type { UploadFile } from '../../src/uploads/queue.js';
import { Speed, totals } from '../../src/uploads/totals.js';

const where = { folder: ROOT, conflict: 'ask' } as const;
const file = (change: Partial<UploadFile> & { sent?: number; started?: boolean; done?: boolean } = {}): UploadFile => {
  const { sent = 0, started = false, done = false, ...rest } = change;
  return {
    id: 'id',
    size: 100,
    meta: {},
    progress: { uploadStarted: started || done || sent ? 1 : null, uploadComplete: done, bytesUploaded: sent, bytesTotal: 100 },
    ...rest,
  };
};

describe('a queue in a few numbers', () => {
  test('nothing is empty', () => {
    assert.deepEqual([totals([]).phase, totals([]).progress], ['empty', 0]);
  });

  test('adds up bytes, and counts every phase', () => {
    const sum = totals([
      file(),
      file({ sent: 40, ferry: { ...where, phase: 'sending' } }),
      file({ started: true, ferry: where }),
      file({ started: true, isPaused: true }),
      file({ started: true, ferry: { ...where, phase: 'waiting' } }),
      file({ started: true, ferry: { ...where, phase: 'asking' } }),
      file({ started: true, sent: 100, ferry: { ...where, phase: 'finishing' } }),
      file({ started: true, sent: 100, ferry: { ...where, phase: 'held' } }),
      file({ started: true, error: 'no' }),
      file({ done: true }),
    ]);
    assert.deepEqual(sum.counts, { queued: 2, sending: 1, paused: 1, waiting: 1, asking: 1, finishing: 1, held: 1, failed: 1, done: 1 });
    assert.deepEqual([sum.files, sum.bytes, sum.sent], [10, 900, 340]);
    assert.equal(sum.phase, 'asking');
  });

  test('a failed file does not keep the bar from its end', () => {
    const sum = totals([file({ done: true }), file({ started: true, error: 'no', sent: 10 })]);
    assert.deepEqual([sum.progress, sum.phase], [1, 'failed']);
  });

  test('files that wait for the others of their delivery are under way, until one that failed waits for the person', () => {
    const held = file({ started: true, sent: 100, ferry: { ...where, phase: 'held' } });
    assert.equal(totals([held, held]).phase, 'sending');
    assert.equal(totals([held, file({ started: true, error: 'no' })]).phase, 'failed');
  });

  test('empty files count by their number', () => {
    assert.equal(totals([file({ size: 0, done: true }), file({ size: 0 })]).progress, 0.5);
  });

  test('a plain Uppy tells enough: no phases of ours, and sizes that are not known', () => {
    const sum = totals([file({ sent: 30 }), file({ size: null, sent: 70 })]);
    assert.deepEqual([sum.phase, sum.bytes, sum.sent], ['sending', 100, 30]);
  });
});

describe('how fast a queue moves', () => {
  test('says nothing before half a second, then the speed of the last seconds', () => {
    const speed = new Speed();
    speed.note(0, 0);
    speed.note(100, 400);
    assert.equal(speed.bytesPerSecond, undefined);
    for (let at = 1000; at <= 10_000; at += 500) speed.note(at * 2, at);
    assert.equal(speed.bytesPerSecond, 2000);
    assert.equal(speed.secondsLeft(10_000), 5);
    for (let at = 10_500; at <= 20_000; at += 500) speed.note(20_000 + (at - 10_000) / 10, at);
    assert.equal(speed.bytesPerSecond, 100);
  });

  test('begins anew when files leave the queue, and when told to', () => {
    const speed = new Speed();
    speed.note(1000, 0);
    speed.note(2000, 1000);
    speed.note(500, 2000);
    assert.equal(speed.bytesPerSecond, undefined);
    speed.note(1500, 3000);
    assert.equal(speed.bytesPerSecond, 1000);
    speed.reset();
    assert.equal(speed.bytesPerSecond, undefined);
  });
});
