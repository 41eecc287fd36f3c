import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { readCoverage } from '../services/coverage.js';
import { heard } from './files-com.parameters.js';
import './files-com.parameters.items.suite.js';
import './files-com.parameters.uploads.suite.js';
import './files-com.parameters.people.suite.js';

// After the suites: it looks at what they made the adapter ask.
describe('what COVERAGE.md says of Files.com', () => {
  it('is what the adapter asks, endpoint by endpoint and parameter by parameter', async () => {
    const page = await readFile(new URL('../services/COVERAGE.md', import.meta.url), 'utf8');
    const rows = readCoverage(page, 'Files.com').filter(({ status }) => status === 'adapter');
    const tested = rows.map(({ endpoint, parameters }) => {
      const names = [...parameters].flatMap(([name, told]) => ('test' in told ? [name] : []));
      return [endpoint, names.sort()] as const;
    });
    const asked = [...heard].map(([endpoint, names]) => [endpoint, [...names].sort()] as const);
    assert.deepEqual(Object.fromEntries(asked.sort()), Object.fromEntries(tested.sort()));
  });
});
