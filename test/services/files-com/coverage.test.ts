import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allTests, faults, PAGE, readCoverage } from '../coverage.js';
import { UNKNOWN_ROUTE } from './api.js';
import { DOCUMENTED, TODAY } from './documentation.js';
import { startFilesCom } from './files-com.js';
import { CREDENTIALS } from './seed.js';
import { API } from './service.js';

const documented = Object.assign({}, ...Object.values(DOCUMENTED), TODAY) as Record<string, readonly string[]>;

describe('the coverage of Files.com', () => {
  it('lists every endpoint of the documentation once, and a test for each parameter of the adapter', async () => {
    assert.equal(Object.keys(DOCUMENTED).length, 21);
    assert.ok(Object.keys(documented).length > 120);
    assert.deepEqual(faults(readCoverage(PAGE, 'Files.com'), documented, await allTests()), []);
  });

  it('says of the simulated service what it does answer, and what it does not', async () => {
    const service = await startFilesCom();
    try {
      const wrong: string[] = [];
      for (const { endpoint, status } of readCoverage(PAGE, 'Files.com')) {
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
});
