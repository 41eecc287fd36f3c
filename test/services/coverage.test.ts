import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { faults, readCoverage, testNames } from './coverage.js';
import { UNKNOWN_ROUTE } from './files-com/api.js';
import { UNKNOWN_CALL } from './filegenius/api.js';
import { asking } from './filegenius/asking.js';
import { DOCUMENTED as FILEGENIUS } from './filegenius/documentation.js';
import { startFileGenius } from './filegenius/filegenius.js';
import { DOCUMENTED, TODAY } from './files-com/documentation.js';
import { UNKNOWN_ROUTE as UNKNOWN_AT_FILEMAIL } from './filemail/api.js';
import { CLASSIC, DOCUMENTED as FILEMAIL, INITIALIZE, INITIALIZED } from './filemail/documentation.js';
import { startFilemail } from './filemail/filemail.js';
import { CREDENTIALS as FILEMAIL_CREDENTIALS } from './filemail/seed.js';
import { startFilesCom } from './files-com/files-com.js';
import { CREDENTIALS } from './files-com/seed.js';
import { API } from './files-com/service.js';
import { asking, askingAs, prepare, send } from './sendspace/asking.js';
import { ERRORS, FORMS, METHODS, type ErrorCode } from './sendspace/documentation.js';
import { CREDENTIALS as SENDSPACE } from './sendspace/seed.js';
import { startSendspace } from './sendspace/sendspace.js';

const page = await readFile(join(import.meta.dirname, 'COVERAGE.md'), 'utf8');
const documented = Object.assign({}, ...Object.values(DOCUMENTED), TODAY) as Record<string, readonly string[]>;

/** The names of all tests of the project that run in Node. */
async function allTests(): Promise<Set<string>> {
  const root = join(import.meta.dirname, '..');
  const files = (await readdir(root, { recursive: true })).filter((name) => /\.(test|suite|e2e|browser)\.ts$/.test(name));
  return new Set((await Promise.all(files.map((name) => readFile(join(root, name), 'utf8')))).flatMap(testNames));
}

describe('the coverage of Files.com', () => {
  it('lists every endpoint of the documentation once, and a test for each parameter of the adapter', async () => {
    assert.equal(Object.keys(DOCUMENTED).length, 21);
    assert.ok(Object.keys(documented).length > 120);
    assert.deepEqual(faults(readCoverage(page, 'Files.com'), documented, await allTests()), []);
  });

  it('says of the simulated service what it does answer, and what it does not', async () => {
    const service = await startFilesCom();
    try {
      const wrong: string[] = [];
      for (const { endpoint, status } of readCoverage(page, 'Files.com')) {
        const [method = '', path = ''] = endpoint.split(' ');
        const url = service.url + API + path.replace('{path}', 'docs/hello.txt').replace(/\{\w+\}/g, '1');
        const response = await fetch(url, { method, headers: { 'x-filesapi-key': CREDENTIALS.siteKey } });
        await response.body?.cancel();
        if (response.headers.has(UNKNOWN_ROUTE) !== (status === 'out'))
          wrong.push(`${endpoint} is ${status}, and was answered ${response.status}`);
        if (response.status >= 500) wrong.push(`${endpoint} failed`);
      }
      assert.deepEqual(wrong, []);
    } finally {
      await service.close();
    }
  });

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

describe('the coverage of Filemail', () => {
  it('lists every endpoint of both versions once, and a test for each parameter of the adapter', async () => {
    assert.deepEqual([INITIALIZE.length, INITIALIZED.length], [15, 9]);
    assert.deepEqual(faults(readCoverage(page, 'Filemail'), { ...FILEMAIL, ...CLASSIC }, await allTests()), []);
  });

  it('says of the simulated service what it does answer, and what it does not', async () => {
    const service = await startFilemail();
    try {
      const wrong: string[] = [];
      for (const { endpoint, status } of readCoverage(page, 'Filemail')) {
        const [method = '', path = ''] = endpoint.split(' ');
        const atServer = ['/savefile.ashx', '/api/file/get'].includes(path);
        const response = await fetch((atServer ? service.filesUrl : service.url) + path.replace(/\{\w+\}/g, '1'), {
          method,
          headers: { 'x-api-key': FILEMAIL_CREDENTIALS.ownerKey, 'x-api-version': '2.0' },
        });
        const unknown = response.headers.has(UNKNOWN_AT_FILEMAIL) || (await response.text()) === 'There is nothing here.';
        if (unknown !== (status === 'out')) wrong.push(`${endpoint} is ${status}, and was answered ${response.status}`);
        if (response.status >= 500) wrong.push(`${endpoint} failed`);
      }
      assert.deepEqual(wrong, []);
    } finally {
      await service.close();
    }
  });
});

describe('the coverage of sendspace', () => {
  const codes = Object.entries(ERRORS).map(([code, [name]]): [string, string[]] => [`${code} ${name}`, ['code']]);
  const everything = { ...METHODS, ...FORMS, ...Object.fromEntries(codes) };

  it('lists every method, every field of both forms and every error code once, and a test for each of the adapter', async () => {
    assert.deepEqual([Object.keys(METHODS).length, Object.keys(FORMS).length, codes.length], [27, 2, 33]);
    assert.deepEqual(faults(readCoverage(page, 'sendspace'), everything, await allTests()), []);
  });

  it('says of the simulated service what it answers', async () => {
    const service = await startSendspace();
    try {
      const ask = await askingAs(service, 'lite@example.com');
      const anonymous = asking(service, { api_key: SENDSPACE.apiKey, api_version: '1.2' });
      for (const form of [await prepare(ask), await prepare(anonymous, 'anonymous.uploadGetInfo')])
        assert.match((await send(form, {}, { userfile: ['a', 'a'] })).body, /upload_status=ok|<status>ok/);
      for (const code of Object.keys(ERRORS).map(Number) as ErrorCode[]) {
        service.knobs.refuse('*', code);
        assert.deepEqual((await ask('addressbook.list')).one('error').attributes, { code: String(code), text: ERRORS[code][1] });
      }
      for (const method of Object.keys(METHODS)) assert.notEqual((await ask(method)).code, 2, method);
    } finally {
      await service.close();
    }
  });
});
    } finally {
      await service.close();
    }
  });
});

for (const [brand, section] of [
  ['filegenius', 'FileGenius'],
  ['tuyu', 'Tuyu'],
] as const) {
  describe(`the coverage of ${section}`, () => {
    const rows = readCoverage(page, section);

    it('lists every call once, all parameters of file_send, and a test for each parameter of the adapter', async () => {
      assert.equal(FILEGENIUS[brand]['POST file_send']?.length, 13);
      assert.deepEqual(faults(rows, FILEGENIUS[brand], await allTests()), []);
    });

    it('says of the simulated service what it does answer, and what it does not', async () => {
      const service = await startFileGenius({ brand });
      try {
        const boss = asking(service, 'boss');
        for (const { endpoint, status } of rows) {
          const [verb = '', call = ''] = endpoint.split(' ');
          const { headers, title } = verb === 'GET' ? await boss.get(call) : await boss.send(verb, call);
          assert.equal(headers.has(UNKNOWN_CALL), status === 'out', endpoint);
          assert.notEqual(title, 'Invalid Request Method', endpoint);
        }
      } finally {
        await service.close();
      }
    });
  });
}
