import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING } from '../../src/backend/capabilities.js';
import type { Rules } from '../../src/backend/item.js';
import { Language } from '../../src/elements/language.js';
import { describe, narrow, parseSize, readLimits } from '../../src/elements/limits.js';
import { refusal } from '../../src/elements/panels.js';
import { brokenLimit } from '../../src/uploads/add.js';
import type { Limits } from '../../src/uploads/queue.js';

test('a size is bytes, thousands or 1,024s', () => {
  for (const [text, bytes] of [
    ['500', 500],
    ['10MB', 10_000_000],
    ['10 mb', 10_000_000],
    ['1.5 GiB', 1_610_612_736],
    ['2kb', 2000],
    ['3 TB', 3e12],
    ['7 B', 7],
  ] as const) {
    assert.equal(parseSize(text), bytes, text);
  }
  for (const text of ['10 parsecs', '-1', '', 'MB', '1e3', '1,5 MB', 'Infinity']) assert.equal(parseSize(text), undefined, text);
});

test('what cannot be read sets no limit, and says what was expected', () => {
  const heard: string[] = [];
  const complain = (wrong: string, expected: string): void => {
    heard.push(`${wrong}: ${expected}`);
  };
  assert.deepEqual(readLimits({ accept: 'pdf', maxSize: '10 parsecs', maxTotal: '1 GB', maxFiles: '0' }, complain), { maxTotal: 1e9 });
  assert.deepEqual(heard, [
    'accept="pdf": extensions and media types such as ".pdf, image/*"',
    'max-size="10 parsecs": bytes, or a size such as "10MB" or "1.5 GiB"',
    'max-files="0": a whole number from 1',
  ]);
  assert.deepEqual(readLimits({ accept: ' .pdf , image/*', maxSize: 7 }, complain), { accept: ['.pdf', 'image/*'], maxSize: 7 });
});

test('of the sizes that the page, the backend and the folder allow, the smallest counts', () => {
  const upload = { maxFileSize: 500 } as Exclude<(typeof NOTHING)['upload'], false>;
  const capabilities = { ...NOTHING, account: '', upload };
  assert.equal(narrow({ maxSize: 1000 }, capabilities, { maxFileSize: 700 }).maxSize, 500);
  assert.equal(narrow({ maxSize: 100 }, capabilities, undefined).maxSize, 100);
  assert.equal(narrow({}, undefined, undefined).maxSize, undefined);
});

test('the rules are said in a few words', () => {
  const english = new Language('en');
  assert.deepEqual(describe({ accept: ['image/*', '.pdf', 'application/zip'], maxFiles: 3, maxTotal: 1e9 }, true, english), [
    'takes pictures, pdf, and zip',
    '1 GB in all',
    'up to 3 files',
    'folders are not kept',
  ]);
  assert.deepEqual(
    describe({ rules: { refusedExtensions: ['exe'], renamed: true, encrypted: true, expiresAfterDays: 1 }, maxSize: 2e6 }, false, english),
    ['no exe', 'up to 2 MB', 'files get new names', 'stored encrypted', 'deleted after one day'],
  );
  assert.deepEqual(
    describe(
      { rules: { maxNameLength: 20, nameUnit: 'characters', namePattern: '^A', foldersLocked: true, unchecked: ['/\\h++/'] } },
      false,
      english,
    ),
    ['names up to 20 characters', 'names like \u2068^A\u2069', 'no new folders', 'the service demands /\\h++/'],
  );
  const disk: Rules = { namePattern: '^(?!CON$)[^/]+$', maxNameLength: 255, nameUnit: 'bytes' };
  assert.deepEqual(describe({ rules: disk }, false, english), [], "a disk's limits are no news");
  assert.deepEqual(describe({ maxSize: 5e12 }, false, english), [], 'a limit that nobody meets is no news');
});

test('a file that is not taken is told which rule it breaks', () => {
  const english = new Language('en');
  const rules = { extensions: ['csv', 'xls'], maxNameLength: 20, namePattern: '^D' };
  const told = (name: string, limits: Limits): string => {
    const file = new File([], name);
    const broken = brokenLimit(limits, file);
    return broken ? refusal({ file, ...broken }, english) : 'taken';
  };
  assert.equal(told('D.csv', { rules }), 'taken');
  assert.equal(told('D.txt', { rules }), 'This kind of file is not taken: takes csv and xls');
  assert.equal(told('D.exe', { rules: { refusedExtensions: ['exe'] } }), 'This kind of file is not taken: no exe');
  assert.equal(told('a.txt', { accept: ['.pdf'] }), 'This kind of file is not taken: takes pdf');
  assert.equal(told(`D${'x'.repeat(20)}.csv`, { rules }), 'This name cannot be used: names up to 20 characters');
  assert.equal(told('E.csv', { rules }), 'This name cannot be used: names like \u2068^D\u2069');
  const disk: Rules = { namePattern: '^(?!CON$)[^/]+$', maxNameLength: 255, nameUnit: 'bytes' };
  assert.equal(told('x'.repeat(300), { rules: disk }), 'This name cannot be used');
  assert.equal(told('CON', { rules: disk }), 'This name cannot be used');
});
