import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { ROOT } from '../../src/backend/item.js';
import { noise, send } from '../contract/bytes.js';
import { addFile } from '../services/files-com/seed.js';
import { stage } from './files-com.parameters.js';

const OPEN = 'POST /file_actions/begin_upload/{path}';
const END = 'POST /files/{path}';
const MIB = 2 ** 20;

describe('what Files.com is asked about uploads', () => {
  it('opens an upload with its size, and with its first part', async (t) => {
    const { upload, asked } = await stage(t);
    await upload('a.txt', 'twelve bytes');
    assert.deepEqual(asked(OPEN), [{ part: 1, size: 12 }]);
  });

  it('asks for further parts by the reference, and ends with the ETags of all', async (t) => {
    const { backend, state, asked } = await stage(t);
    const bytes = noise(6 * MIB);
    const opened = await backend.init({ name: 'two.bin', size: bytes.length, type: '' }, { folder: ROOT, conflict: 'replace' });
    assert.ok('ticket' in opened);
    const [ref] = state.uploads.keys();
    const cuts = [0, 5 * MIB, bytes.length];
    const parts = await Promise.all(
      [1, 2].map(async (number) => {
        const part = { number, start: cuts[number - 1] ?? 0, end: cuts[number] ?? 0 };
        return send(await backend.part(opened.ticket, part), part, bytes.subarray(part.start, part.end));
      }),
    );
    assert.deepEqual(asked(OPEN).slice(1).sort((a, b) => Number(a['part']) - Number(b['part'])), [{ ref, part: 1 }, { ref, part: 2 }]); // prettier-ignore
    const completed = await backend.complete(opened.ticket, parts, {});
    assert.ok('item' in completed);
    const etags = [1, 2].map((part) => {
      const [start, end] = [cuts[part - 1], cuts[part]];
      return { part, etag: createHash('md5').update(bytes.subarray(start, end)).digest('hex') };
    });
    const { action, ref: ended, size, etags: told } = asked(END)[0] ?? {};
    assert.deepEqual([action, ended, size, told], ['end', ref, bytes.length, etags]);
    assert.equal(await state.sha256('two.bin'), createHash('sha256').update(bytes).digest('hex'));
  });

  it('leaves the ETags out where not all were seen', async (t) => {
    const { upload, knobs, asked } = await stage(t);
    knobs.etags = false;
    await upload('a.txt', 'a');
    assert.equal(asked(END)[0]?.['etags'], undefined);
  });

  it('makes the folders on the way, when it opens and when it ends', async (t) => {
    const { upload, state, asked } = await stage(t);
    await upload('a.txt', 'a', { path: 'made/on the way' });
    assert.ok(state.tree.find('made/on the way/a.txt'));
    assert.deepEqual([asked(OPEN)[0]?.['mkdir_parents'], asked(END)[0]?.['mkdir_parents']], [true, true]);
    await upload('b.txt', 'b');
    assert.deepEqual([asked(OPEN)[1]?.['mkdir_parents'], asked(END)[1]?.['mkdir_parents']], [undefined, undefined]);
  });

  it('keeps both where a name is taken and nobody asked to replace, from the opening to the end', async (t) => {
    const { upload, state, asked } = await stage(t);
    await addFile(state, 'a.txt', 'old');
    assert.equal(await upload('a.txt', 'new', { conflict: 'rename' }), 'a (1).txt');
    assert.deepEqual([asked(OPEN)[0]?.['with_rename'], asked(END)[0]?.['with_rename']], [true, true]);
    assert.equal(await upload('a.txt', 'newest', { conflict: 'replace' }), 'a.txt');
    assert.deepEqual([asked(OPEN)[1]?.['with_rename'], asked(END)[1]?.['with_rename']], [undefined, undefined]);
    assert.equal(new TextDecoder().decode(await state.bytes('a.txt')), 'newest');
  });

  it('keeps the date of a file, where the service can keep such a date', async (t) => {
    const { upload, state, asked } = await stage(t);
    const modified = Date.UTC(1999, 11, 31, 23, 59, 59);
    await upload('a.txt', 'a', { modified });
    const kept = state.tree.find('a.txt')?.providedMtime;
    assert.equal(kept?.getTime(), modified);
    await upload('b.txt', 'b', { modified: Number.MAX_SAFE_INTEGER });
    assert.deepEqual(
      asked(END).map(({ provided_mtime }) => provided_mtime),
      ['1999-12-31T23:59:59.000Z', undefined],
    );
  });
});
