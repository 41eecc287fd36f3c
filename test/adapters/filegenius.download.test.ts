import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { addFile } from '../services/filegenius/seed.js';
import { asked, member, site, type Site } from './filegenius.ground.js';

describe('a download', () => {
  let ground: Site;
  let id: string;

  beforeEach(async () => {
    ground = await site();
    id = `/${await addFile(ground.service.state, 'a.txt', '12345')}`;
  });
  afterEach(() => ground.service.close());

  const read = async (range: { start: number; end?: number } = { start: 0 }, backend = ground.backend, of = id): Promise<string> =>
    new Response(await backend.read?.({ id: of }, range)).text();

  it('is a file where either header names one, whatever it holds', async () => {
    const text = '{"error":{"title":"You do not have access privileges for this location","message":"m"}}';
    const json = `/${await addFile(ground.service.state, 'error.json', text)}`;
    for (const nameHeader of ['content-disposition', 'file-name'] as const) {
      ground.service.knobs.nameHeader = nameHeader;
      assert.equal(await read(), '12345');
      assert.equal(await read({ start: 0 }, ground.backend, json), text);
    }
    assert.match(asked(ground, 'file_download')[0] ?? '', new RegExp(`[?&]file_id=${id.slice(1)}&`));
  });

  it('that the service refuses, or that is something else, is never taken for a file', async () => {
    const { knobs, state } = ground.service;
    for (const errors of ['in-200', 'with-status'] as const) {
      knobs.errors = errors;
      for (const format of ['json', 'xml'] as const) {
        const backend = ground.as('owner', { format });
        // It was there when the folder was listed.
        const release = knobs.hold(/file_download/);
        const [key] = [...state.keys.values()].filter((one) => one.key === 'key-of-owner');
        assert.ok(key);
        const reading = read({ start: 0 }, backend);
        while (asked(ground, 'file_download').length === 0) await new Promise(setImmediate);
        state.keys.delete(key.key);
        release();
        await assert.rejects(reading, { code: 'unauthorized' });
        state.keys.set(key.key, key);
        knobs.clear();
      }
    }
    knobs.next(/file_download/, 'error');
    await assert.rejects(read(), { code: 'server' });
    knobs.next(/file_download/, 'cut');
    await assert.rejects(read(), { code: 'offline', message: /^(?!.*signature)/ });
  });

  it('of a range asks for one, and cuts it out where it gets the whole', async () => {
    for (const ranges of [false, true]) {
      ground.service.knobs.ranges = ranges;
      for (const [start, end, text] of [
        [0, 1, '1'],
        [1, 3, '23'],
        [4, 5, '5'],
        [2, 2, ''],
      ] as const)
        assert.equal(await read({ start, end }), text);
    }
    await assert.rejects(read({ start: 2, end: 6 }), { code: 'invalid' });
  });

  it('that ends too early fails', async () => {
    ground.service.knobs.next(/file_download/, 'cut-answer');
    await assert.rejects(read(), { code: 'server', message: /ended before/ });
  });

  it('that the user may not make is forbidden', async () => {
    member(ground, 'anna', '/docs/', ['uploadFiles']);
    const file = `/docs/${await addFile(ground.service.state, 'docs/b.txt', 'b')}`;
    await assert.rejects(read({ start: 0 }, ground.as('anna'), file), { code: 'forbidden' });
  });
});
