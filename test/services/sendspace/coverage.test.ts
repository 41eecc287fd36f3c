import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allTests, faults, PAGE, readCoverage } from '../coverage.js';
import { asking, askingAs, prepare, send } from './asking.js';
import { ERRORS, FORMS, METHODS, type ErrorCode } from './documentation.js';
import { CREDENTIALS } from './seed.js';
import { startSendspace } from './sendspace.js';

describe('the coverage of sendspace', () => {
  const codes = Object.entries(ERRORS).map(([code, [name]]): [string, string[]] => [`${code} ${name}`, ['code']]);
  const everything = { ...METHODS, ...FORMS, ...Object.fromEntries(codes) };

  it('lists every method, every field of both forms and every error code once, and a test for each of the adapter', async () => {
    assert.deepEqual([Object.keys(METHODS).length, Object.keys(FORMS).length, codes.length], [27, 2, 33]);
    assert.deepEqual(faults(readCoverage(PAGE, 'sendspace'), everything, await allTests()), []);
  });

  it('says of the simulated service what it answers', async () => {
    const service = await startSendspace();
    try {
      const ask = await askingAs(service, 'lite@example.com');
      const anonymous = asking(service, { api_key: CREDENTIALS.apiKey, api_version: '1.2' });
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
