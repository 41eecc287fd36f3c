import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOf, parseAddresses, problemOf } from '../../src/elements/send.addresses.js';

/** What was read, short: the address, before it the name; what is wrong behind an exclamation mark. */
const read = (text: string): string[] =>
  parseAddresses(text).map((one) =>
    'recipient' in one
      ? `${one.recipient.name ? `${one.recipient.name}: ` : ''}${one.recipient.email ?? ''}`
      : `!${one.problem} ${one.text}`,
  );

test('lists are read as people write them', () => {
  assert.deepEqual(read(''), []);
  assert.deepEqual(read(' \n\t ,;, '), []);
  const two = ['ann@x.org', 'bo@x.org'];
  for (const separator of [', ', ';', '\n', '\r\n', '\t', ' ', ',\n', ' ; ', '，', '、', '\u2028']) {
    assert.deepEqual(read(`ann@x.org${separator}bo@x.org`), two, JSON.stringify(separator));
    assert.deepEqual(read(`${separator}ann@x.org${separator}bo@x.org${separator}`), two, JSON.stringify(separator));
  }
  assert.deepEqual(read('Ann Lee <ann@x.org>, <bo@x.org>'), ['Ann Lee: ann@x.org', 'bo@x.org']);
  assert.deepEqual(read('ann@x.org (Ann Lee)\nmailto:bo@x.org'), ['Ann Lee: ann@x.org', 'bo@x.org']);
  assert.deepEqual(read('Ann Lee ann@x.org; Bo bo@x.org.'), ['Ann Lee: ann@x.org', 'Bo: bo@x.org']);
  assert.deepEqual(read("'ann@x.org' \u200b\u202abo@x.org\u202c"), ['ann@x.org', 'bo@x.org']);
  assert.deepEqual(read('Ann <mailto:ann@x.org>'), ['Ann: ann@x.org']);
  assert.deepEqual(read('ann@x.org <ann@x.org>'), ['ann@x.org']);
});

test('names in quotes keep their commas, and their quotes are taken off', () => {
  assert.deepEqual(read('"Lee, Ann" <ann@x.org>; "Bo \\"B\\" Burg" <bo@x.org>'), ['Lee, Ann: ann@x.org', 'Bo "B" Burg: bo@x.org']);
  assert.deepEqual(read("'Lee, Ann' <ann@x.org>").at(-1), "Ann': ann@x.org");
  // A quotation mark that is never closed swallows nobody.
  assert.deepEqual(read('Jo "the boss <jo@x.org>\nbo@x.org, carl@x.org'), ['Jo "the boss: jo@x.org', 'bo@x.org', 'carl@x.org']);
  assert.deepEqual(read('Ann <ann@x.org\nBo <bo@x.org>'), ['!malformed Ann <ann@x.org', 'Bo: bo@x.org']);
});

test('rows of a table are a name and its address', () => {
  assert.deepEqual(read('Ann\tLee\tann@x.org\nBo Burg\tbo@x.org\nno one\t\n'), [
    'Ann Lee: ann@x.org',
    'Bo Burg: bo@x.org',
    '!incomplete no one',
  ]);
  assert.deepEqual(read('ann@x.org\tbo@x.org'), ['ann@x.org', 'bo@x.org']);
});

test('addresses may have letters of any script', () => {
  for (const email of [
    '用户@例え.jp',
    'δοκιμή@παράδειγμα.δοκιμή',
    'संपर्क@डाटामेल.भारत',
    'josé.núñez@correo.es',
    "a+b=c%d!#$&'*/?^_`{|}~-@x.org",
  ])
    assert.equal(problemOf(email), undefined, email);
});

test('what is no address is said to be none', () => {
  const wrong = {
    incomplete: ['ann', 'ann@', '@x.org', 'ann@x', ''],
    malformed: [
      'a@b@x.org',
      'a b@x.org',
      '.ann@x.org',
      'ann.@x.org',
      'a..b@x.org',
      'ann@-x.org',
      'ann@x-.org',
      'ann@x..org',
      'a\u202eb@x.org',
      'ann@[1.2.3.4]',
      'a\tb@x.org',
      'a"b@x.org',
    ],
    'too-long': [
      `${'a'.repeat(65)}@x.org`,
      `ann@${'x'.repeat(60)}.${'x'.repeat(60)}.${'x'.repeat(60)}.${'x'.repeat(60)}.${'x'.repeat(60)}.org`,
      `${'用'.repeat(22)}@x.org`,
    ],
    'line-break': ['ann@x.org\nBcc: eve@x.org', 'ann@x.org\r', 'ann\u2028@x.org'],
  };
  for (const [problem, emails] of Object.entries(wrong))
    for (const email of emails) assert.equal(problemOf(email), problem, JSON.stringify(email));
});

test('a line break begins no header', () => {
  assert.deepEqual(read('ann@x.org\nBcc: eve@x.org'), ['ann@x.org', '!malformed Bcc: eve@x.org']);
  assert.deepEqual(read('Ann <ann@x.org\r\nBcc: eve@x.org>'), ['!malformed Ann <ann@x.org', '!malformed Bcc: eve@x.org>']);
  for (const one of parseAddresses('"Ann\nBcc: eve@x.org" <ann@x.org>')) assert.ok(!JSON.stringify(one).includes('\\n'));
  assert.deepEqual(read('"Ann\u0007" <ann@x.org>'), ['!line-break "Ann\u0007" <ann@x.org>']);
});

test('capitals make nobody two, and users are told apart from addresses', () => {
  assert.equal(keyOf({ kind: 'email', email: 'Ann@X.org' }), keyOf({ kind: 'contact', id: '7', email: 'ann@x.org' }));
  assert.notEqual(keyOf({ kind: 'group', id: '7' }), keyOf({ kind: 'user', id: '7' }));
});

test('hundreds are read, each once', () => {
  const list = Array.from({ length: 500 }, (_, at) => `"Person, ${String(at)}" <person.${String(at)}@example.org>`);
  assert.equal(new Set(read(list.join(';\n'))).size, 500);
  assert.equal(read('"'.repeat(2000)).length, 1);
  // Nor does what is no list at all take its time.
  for (const odd of [' ', '(', '<', '"(', ' (@', '\u200b']) assert.ok(read(`a${odd.repeat(100_000)}b`).length > 0);
});
