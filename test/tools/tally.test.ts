import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readTally, tallyLine } from './tally.mjs';

const REPORTER = fileURLToPath(new URL('tally.mjs', import.meta.url));

/** Runs a test file and answers what the reporter printed. */
const report = (source: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ferrykit-tally-'));
  const file = join(folder, 'sample.test.mjs');
  writeFileSync(file, `import { describe, test } from 'node:test';\n${source}`);
  // A runner inside a runner would report to the outer one.
  const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
  const { stdout } = spawnSync(process.execPath, ['--test', `--test-reporter=${REPORTER}`, '--test-reporter-destination=stdout', file], {
    encoding: 'utf8',
    env,
  });
  rmSync(folder, { recursive: true });
  return stdout;
};

test('counts tests, not suites, and names the one that failed', () => {
  const output = report(
    "describe('a suite', () => { test('holds', () => {}); test('breaks', () => { throw new Error('on purpose'); }); });",
  );
  assert.deepEqual(readTally(output), { passed: 1, failed: 1 });
  assert.match(output, /a suite › breaks/);
  assert.match(output, /on purpose/);
});

test('counts a skipped test and a file that crashes as failed', () => {
  assert.deepEqual(readTally(report("test.skip('later', () => {});")), { passed: 0, failed: 1 });
  assert.deepEqual(readTally(report("throw new Error('at once');")), { passed: 0, failed: 1 });
});

test('reads only a closing line', () => {
  assert.deepEqual(readTally(`noise\n${tallyLine(12, 3)}\n`), { passed: 12, failed: 3 });
  assert.equal(readTally(`${tallyLine(12, 3)}\nnoise`), undefined);
  assert.equal(readTally(''), undefined);
});
