import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allTests, faults, PAGE, readCoverage } from '../coverage.js';
import { UNKNOWN_CALL } from './api.js';
import { asking } from './asking.js';
import { DOCUMENTED } from './documentation.js';
import { startFileGenius } from './filegenius.js';

for (const [brand, section] of [
  ['filegenius', 'FileGenius'],
  ['tuyu', 'Tuyu'],
] as const) {
  describe(`the coverage of ${section}`, () => {
    const rows = readCoverage(PAGE, section);

    it('lists every call once, all parameters of file_send, and a test for each parameter of the adapter', async () => {
      assert.equal(DOCUMENTED[brand]['POST file_send']?.length, 13);
      assert.deepEqual(faults(rows, DOCUMENTED[brand], await allTests()), []);
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
