import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Part, UploadCapability } from '../../src/backend/upload.js';
import { Cuts } from '../../src/uploads/parts.js';

const capability = (change: Partial<UploadCapability> = {}): UploadCapability => ({
  partSize: { min: 5, max: 100, preferred: 10 },
  cuts: 'free',
  maxParts: 1000,
  maxFileSize: 1e12,
  parallelParts: 4,
  parallelFiles: 4,
  retryParts: true,
  bytes: 'direct',
  resume: 'parts',
  retryStatus: [],
  conflict: ['ask'],
  folders: 'path',
  needsDelivery: false,
  digest: false,
  sizeEnforced: 'stream',
  ...change,
});

function all(cuts: Cuts, wanted: () => number): Part[] {
  const parts: Part[] = [];
  for (let part = cuts.take(wanted()); part; part = cuts.take(wanted())) parts.push(part);
  return parts;
}

/** That parts cover the file from end to end, in the order of their numbers. */
function covers(parts: Part[], size: number): void {
  const sorted = [...parts].sort((a, b) => a.number - b.number);
  let at = 0;
  for (const part of sorted) {
    assert.equal(part.start, at);
    at = part.end;
  }
  assert.equal(at, size);
  assert.equal(new Set(parts.map(({ number }) => number)).size, parts.length);
}

describe('where the cuts fall', () => {
  test('an empty file is one part of zero bytes', () => {
    assert.deepEqual(
      all(new Cuts(0, capability()), () => 10),
      [{ number: 1, start: 0, end: 0 }],
    );
  });

  test('a small file is one part', () => {
    assert.deepEqual(
      all(new Cuts(3, capability()), () => 10),
      [{ number: 1, start: 0, end: 3 }],
    );
  });

  test('free cuts follow what is wanted, within what the backend takes', () => {
    const sizes = [10, 2, 500, 20];
    let next = 0;
    const parts = all(new Cuts(150, capability()), () => sizes[next++] ?? 10);
    assert.deepEqual(
      parts.map(({ start, end }) => end - start),
      [10, 5, 100, 20, 10, 5],
    );
    covers(parts, 150);
  });

  test('equal cuts keep the first size', () => {
    const sizes = [10, 40];
    let next = 0;
    const parts = all(new Cuts(35, capability({ cuts: 'equal' })), () => sizes[next++] ?? 40);
    assert.deepEqual(
      parts.map(({ start, end }) => end - start),
      [10, 10, 10, 5],
    );
  });

  test('parts grow so that the file fits in the numbers there are', () => {
    for (const cuts of ['free', 'equal'] as const) {
      const parts = all(new Cuts(1003, capability({ cuts, maxParts: 11 })), () => 5);
      assert.ok(parts.length <= 11);
      covers(parts, 1003);
    }
  });

  test('5 TiB fits in 10,000 parts', () => {
    const size = 5 * 2 ** 40;
    const parts = all(
      new Cuts(size, capability({ partSize: { min: 5 << 20, max: 5 * 2 ** 30, preferred: 16 << 20 }, maxParts: 10_000 })),
      () => 16 << 20,
    );
    assert.ok(parts.length <= 10_000);
    covers(parts, size);
  });

  test('a resumed upload fills its holes with the numbers that were theirs', () => {
    const there = [
      { number: 4, start: 30, end: 47 },
      { number: 1, start: 0, end: 10 },
      { number: 6, start: 60, end: 70 },
    ];
    const missing = all(new Cuts(95, capability(), there), () => 10);
    assert.deepEqual(
      missing.map(({ number }) => number),
      [2, 3, 5, 7, 8, 9],
    );
    covers([...there, ...missing], 95);
  });

  test('equal cuts resume with the size that they had', () => {
    const missing = all(new Cuts(35, capability({ cuts: 'equal' }), [{ number: 2, start: 10, end: 20 }]), () => 25);
    assert.deepEqual(missing, [
      { number: 1, start: 0, end: 10 },
      { number: 3, start: 20, end: 30 },
      { number: 4, start: 30, end: 35 },
    ]);
    const first = all(new Cuts(35, capability({ cuts: 'equal' }), [{ number: 4, start: 30, end: 35 }]), () => 25);
    covers([...first, { number: 4, start: 30, end: 35 }], 35);
    assert.equal(new Set(first.map(({ start, end }) => end - start)).size, 1);
  });

  test('nothing is left when everything is there', () => {
    assert.deepEqual(
      all(new Cuts(10, capability(), [{ number: 1, start: 0, end: 10 }]), () => 10),
      [],
    );
    assert.deepEqual(
      all(new Cuts(0, capability(), [{ number: 1, start: 0, end: 0 }]), () => 10),
      [],
    );
  });
});
