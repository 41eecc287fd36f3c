import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allTests, faults, PAGE, readCoverage } from '../coverage.js';
import { UNKNOWN_ROUTE } from './api.js';
import { CLASSIC, DOCUMENTED, INITIALIZE, INITIALIZED } from './documentation.js';
import { startFilemail } from './filemail.js';
import { CREDENTIALS } from './seed.js';

describe('the coverage of Filemail', () => {
  it('lists every endpoint of both versions once, and a test for each parameter of the adapter', async () => {
    assert.deepEqual([INITIALIZE.length, INITIALIZED.length], [15, 9]);
    assert.deepEqual(faults(readCoverage(PAGE, 'Filemail'), { ...DOCUMENTED, ...CLASSIC }, await allTests()), []);
  });

  it('says of the simulated service what it does answer, and what it does not', async () => {
    const service = await startFilemail();
    try {
      const wrong: string[] = [];
      for (const { endpoint, status } of readCoverage(PAGE, 'Filemail')) {
        const [method = '', path = ''] = endpoint.split(' ');
        const atServer = ['/savefile.ashx', '/api/file/get'].includes(path);
        const response = await fetch((atServer ? service.filesUrl : service.url) + path.replace(/\{\w+\}/g, '1'), {
          method,
          headers: { 'x-api-key': CREDENTIALS.ownerKey, 'x-api-version': '2.0' },
        });
        const unknown = response.headers.has(UNKNOWN_ROUTE) || (await response.text()) === 'There is nothing here.';
        if (unknown !== (status === 'out')) wrong.push(`${endpoint} is ${status}, and was answered ${response.status}`);
        if (response.status >= 500) wrong.push(`${endpoint} failed`);
      }
      assert.deepEqual(wrong, []);
    } finally {
      await service.close();
    }
  });
});
