import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Announcer } from '../../src/elements/announcer.js';
import { Language } from '../../src/elements/language.js';
import type { Totals } from '../../src/uploads/totals.js';

const english = new Language('en', {});

/** What is said while a queue goes through these states. */
function heard(states: readonly (Pick<Totals, 'phase' | 'files'> & { done: number; progress: number })[]): string[] {
  const announcer = new Announcer();
  const said: string[] = [];
  for (const { done, ...state } of states) {
    announcer.follow({ ...state, counts: { done, failed: 0 } } as Totals, '', english);
    if (announcer.said !== said.at(-1)) said.push(announcer.said);
  }
  return said;
}

test('a start that was seen late tells of all files, and the next one of those that are new', () => {
  const said = heard([
    { phase: 'empty', files: 0, done: 0, progress: 0 },
    { phase: 'sending', files: 40, done: 4, progress: 0.1 },
    { phase: 'sending', files: 40, done: 24, progress: 0.6 },
    { phase: 'done', files: 40, done: 40, progress: 1 },
    { phase: 'sending', files: 45, done: 41, progress: 0.9 },
  ]);
  assert.deepEqual(said, ['', 'Uploading 40 files', '50%', '40 files uploaded', 'Uploading 5 files']);
});
