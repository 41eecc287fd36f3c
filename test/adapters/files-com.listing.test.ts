import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ROOT } from '../../src/backend/item.js';
import { relayBackend } from '../../src/relay/client.js';
import { wire } from '../relay/wire.js';
import { addFile } from '../services/files-com/seed.js';
import { site } from './files-com.ground.js';

const MANY = 10_000;
/** Entries of a page, as many as the service advises. */
const PAGE = 1000;

describe('a folder of 10,000 at Files.com', () => {
  it('takes no more pages than their size forces, and looks at the folder itself once', async (t) => {
    const { service, backend } = await site();
    const served = await wire({ backends: { files: backend } });
    t.after(async () => {
      await served.close();
      await service.close();
    });
    const { state, knobs } = service;
    await addFile(state, 'docs/file', '');
    const file = state.tree.find('docs/file');
    assert.ok(file?.type === 'file');
    for (let number = 1; number < MANY; number += 1) state.tree.putFile(`docs/file ${String(number)}`, file.content, null);
    let pages = 0;
    const page = relayBackend({
      url: served.url,
      backend: 'files',
      headers: { 'x-user': 'anna' },
      fetch: (...request) => {
        pages += 1;
        return fetch(...request);
      },
    });
    const [docs] = (await page.list(ROOT, {})).items;
    assert.ok(docs);
    knobs.clear();
    pages = 0;
    const names = new Set<string>();
    let cursor: string | undefined;
    do {
      const answer = await page.list(docs, cursor ? { cursor } : {});
      for (const { name } of answer.items) names.add(name);
      cursor = answer.cursor;
    } while (cursor);
    assert.equal(names.size, MANY);
    assert.equal(pages, MANY / PAGE, 'requests of the page');
    assert.equal(knobs.seen(/^api GET \S*\/folders\//).length, MANY / PAGE, 'pages of the service');
    assert.equal(knobs.seen(/^api/).length, MANY / PAGE + 1, 'and the folder');
  });
});
