import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faults, readCoverage, testNames } from './coverage.js';

describe('a page of coverage', () => {
  it('finds what a page leaves out or makes up', () => {
    const row = (text: string) =>
      faults(readCoverage(`## Files.com\n\n${text}`, 'Files.com'), { 'GET /a': ['x', 'y'] }, new Set(['sees x']));
    assert.deepEqual(row('| `GET /a` | adapter | `x` → sees x<br>`y` out, because nobody needs it |'), []);
    assert.deepEqual(row('| `GET /a` | simulated | |'), []);
    assert.deepEqual(row('| `GET /a` | adapter | `x` → sees y |'), ['GET /a does not speak of y', 'GET /a x: there is no test "sees y"']);
    assert.deepEqual(row('| `GET /b` | simulated | |'), ['GET /a is listed 0 times', 'GET /b is not in the documentation']);
    assert.deepEqual(row('| `GET /a` | simulated | |\n| `GET /a` | simulated | |'), ['GET /a is listed 2 times']);
    assert.throws(() => row('| `GET /a` | out | |'), /is no status/);
    assert.throws(() => row('| `GET /a` | adapter | `x` |'), /neither names a test/);
  });

  it('reads the names of tests in all three kinds of quotes', () => {
    assert.deepEqual(testNames(['it(', "'a', ", 'it("b\'s", it(`c`, bit(`d`)'].join('')), ['a', "b's", 'c']);
  });
});
