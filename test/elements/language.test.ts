import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { addWords, Language, type Word } from '../../src/elements/language.js';
import { en, type Plural } from '../../src/elements/words/en.js';
import '../../src/elements/words/en.together.js';

const words = new URL('../../src/elements/words/', import.meta.url);

test('sizes, speeds and times are said as people say them', () => {
  const english = new Language('en-GB');
  assert.deepEqual(
    [0, 1, 999, 1000, 999_499, 999_500, 1_234_567, 123_456_789, 5e9].map((bytes) => english.size(bytes)),
    ['0 bytes', '1 byte', '999 bytes', '1 kB', '999 kB', '1 MB', '1.2 MB', '123 MB', '5 GB'],
  );
  assert.equal(english.size(12_345_678, '-per-second'), '12.3 MB/s');
  const american = new Language('en-US');
  assert.deepEqual(
    [1, 12, 54, 61, 3299, 5400].map((seconds) => american.time(seconds)),
    ['5 sec', '15 sec', '55 sec', '2 min', '55 min', '1.5 hr'],
  );
});

test('a share is never 100 % before it is all', () => {
  assert.deepEqual(
    [0, 0.999, 1].map((share) => new Language('en').percent(share)),
    ['0%', '99%', '100%'],
  );
});

test('sentences follow their number, and names cannot turn them around', () => {
  const english = new Language('en');
  assert.equal(english.say('done', { n: 1 }), 'One file uploaded');
  assert.equal(english.say('done', { n: 1200 }), '1,200 files uploaded');
  const own = new Language('en', { asking: '{name} is taken' });
  assert.equal(own.say('asking', { name: 'a.txt' }), '\u2068a.txt\u2069 is taken');
});

test('a language without words is English, in words and in figures', () => {
  const unknown = new Language('tlh');
  assert.equal(unknown.say('pause'), 'Pause');
  assert.equal(unknown.size(1_500_000), '1.5 MB');
});

for (const file of readdirSync(words).filter((name) => !name.startsWith('en.'))) {
  const lang = file.replace('.ts', '');
  test(`${file} says everything that English says, and leaves no figure out`, async () => {
    await import(new URL(file, words).href);
    const language = new Language(`${lang}-001`);
    for (const [word, english] of Object.entries(en) as [Word, string | Plural][]) {
      const gaps = (typeof english === 'string' ? english : english.other).match(/\w+(?=\})/g) ?? [];
      const said = language.say(word, { n: 7, ...Object.fromEntries(gaps.filter((gap) => gap !== 'n').map((gap) => [gap, `<${gap}>`])) });
      assert.ok(said && !/[{}]/.test(said), `${word}: ${said}`);
      for (const gap of gaps)
        assert.ok(gap === 'n' ? /[7\u0667]/.test(said) : said.includes(`<${gap}>`), `${word} leaves out ${gap}: ${said}`);
    }
  });
}

test('words that come late are taken up', () => {
  const before = new Language('eo').say('pause');
  addWords('eo', { ...en, pause: 'Paŭzigi' });
  assert.deepEqual([before, new Language('eo').say('pause')], ['Pause', 'Paŭzigi']);
});
