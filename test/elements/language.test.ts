import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { addWords, Language, type Word } from '../../src/elements/language.js';
import { en, type Plural } from '../../src/elements/words/en.js';
import '../../src/elements/words/en.together.js';

const upload = { ...en };
// They add to `en`.
const { enBrowser } = await import('../../src/elements/words/en.browser.js');
const { enSend } = await import('../../src/elements/words/en.send.js');
const { enSent } = await import('../../src/elements/words/en.sent.js');
const { enDelivery } = await import('../../src/elements/words/en.delivery.js');

/** What is the same word in another language as in English; all else that is would be missing. */
const SAME: Readonly<Record<string, string[]>> = {
  de: ['name', 'downloads', 'details'],
  es: ['no'],
  fr: ['toolbar', 'compact', 'description'],
};

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

/** Every sentence of English is said in the language too, with all that is to be filled in. */
function assertSaid(lang: string, english: Readonly<Record<string, string | Plural>>): void {
  const language = new Language(`${lang}-001`);
  const plain = new Language('en');
  const same: string[] = [];
  for (const [word, sentence] of Object.entries(english) as [Word, string | Plural][]) {
    const gaps = (typeof sentence === 'string' ? sentence : sentence.other).match(/\w+(?=\})/g) ?? [];
    const values = { n: 7, ...Object.fromEntries(gaps.filter((gap) => gap !== 'n').map((gap) => [gap, `<${gap}>`])) };
    const said = language.say(word, values);
    assert.ok(said && !/[{}]/.test(said), `${word}: ${said}`);
    if (said === plain.say(word, values) && word !== 'draggedOne') same.push(word);
    for (const gap of gaps)
      assert.ok(gap === 'n' ? /[7\u0667]/.test(said) : said.includes(`<${gap}>`), `${word} leaves out ${gap}: ${said}`);
  }
  assert.deepEqual(same, SAME[lang]?.filter((word) => word in english) ?? []);
}

for (const lang of new Set(readdirSync(words).map((name) => name.split('.')[0]!))) {
  if (lang === 'en') continue;
  test(`${lang} says everything that English says of uploads, and leaves no figure out`, async () => {
    await import(new URL(`${lang}.ts`, words).href);
    assertSaid(lang, upload);
  });
  test(`${lang} says everything that English says of the browser besides`, async () => {
    await import(new URL(`${lang}.browser.ts`, words).href);
    assertSaid(lang, enBrowser);
    assertSaid(lang, upload);
  });
  test(`${lang} says everything that English says of sending besides`, async () => {
    await import(new URL(`${lang}.send.ts`, words).href);
    assertSaid(lang, enSend);
    assertSaid(lang, enSent);
    assertSaid(lang, enDelivery);
    assertSaid(lang, upload);
  });
}

test('English of the browser and of sending take no word of the others', () => {
  assert.deepEqual(
    Object.keys(enBrowser).filter((word) => word in upload || word in enSend),
    [],
  );
  assert.deepEqual(
    Object.keys(enSend).filter((word) => word in upload),
    [],
  );
});

test('words that come late are taken up', () => {
  const before = new Language('eo').say('pause');
  addWords('eo', { ...en, pause: 'Paŭzigi' });
  assert.deepEqual([before, new Language('eo').say('pause')], ['Pause', 'Paŭzigi']);
});
