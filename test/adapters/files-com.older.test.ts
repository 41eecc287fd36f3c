import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Backend } from '../../src/backend/backend.js';
import { ROOT } from '../../src/backend/item.js';
import { send } from '../contract/bytes.js';
import { addFile } from '../services/files-com/seed.js';
import { KEY, site, type Site } from './files-com.ground.js';

const ISO = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/;
const LETTERS: Readonly<Record<string, string>> = { lrwd: 'rpw', lr: 'rp', lp: 'p' };

/** Today's answer as the older documentation has it: dates in words, letters without list and delete, no names of errors. */
function aged(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => aged(one));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, aged(inner, key)]));
  if (typeof value !== 'string') return value;
  return name === 'permissions' ? (LETTERS[value] ?? value) : value.replace(ISO, '$1 $2 UTC');
}

const older: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const { status } = response;
  const path = new URL(input instanceof Request ? input.url : input).pathname;
  const text = await response.text();
  if (text === '' || (init?.method === 'POST' && path.includes('/folders/') && response.ok)) return new Response(null, { status: 204 });
  const body: unknown = JSON.parse(text);
  if (!response.ok) {
    const { error } = body as { error: unknown };
    return Response.json({ error, 'http-code': String(status), errors: [error] }, { status });
  }
  if (path.includes('/begin_upload/')) {
    const [part] = body as Record<string, unknown>[];
    return Response.json(
      aged({ ...part, path: 'docs/as asked', send: { partsize: 'required-parameter Content-Length', partdata: 'body' } }),
    );
  }
  return Response.json(aged(body), { status });
};

let at: Site;
let backend: Backend;

beforeEach(async () => {
  at = await site();
  backend = at.as({ fetch: older });
  await addFile(at.service.state, 'docs/a.txt', 'old');
});

afterEach(() => at.service.close());

describe('Files.com in its older shapes', () => {
  it('opens an upload with one object, beside whose body no parameter has a place', async () => {
    const opened = await backend.init({ name: 'b.txt', size: 3, type: '' }, { folder: { id: 'docs' }, conflict: 'replace' });
    assert.ok('ticket' in opened && opened.first);
    assert.equal(opened.first.form, undefined);
    const part = await send(opened.first, { number: 1, start: 0, end: 3 }, new TextEncoder().encode('new'));
    const completed = await backend.complete(opened.ticket, [part], {});
    assert.ok('item' in completed && completed.item.id === 'docs/b.txt');
    assert.equal(new TextDecoder().decode(await at.service.state.bytes('docs/b.txt')), 'new');
  });

  it('tells dates in words, which are not those of the place', async (t) => {
    const { TZ } = process.env;
    process.env.TZ = 'Asia/Tokyo';
    t.after(() => {
      if (TZ === undefined) delete process.env.TZ;
      else process.env.TZ = TZ;
    });
    const file = at.service.state.tree.find('docs/a.txt');
    assert.ok(file);
    file.mtime = new Date(Date.UTC(2001, 2, 3, 4, 5, 6));
    file.createdAt = new Date(Date.UTC(1999, 11, 31, 23, 59, 59));
    const { modified, created } = await backend.item({ id: 'docs/a.txt' });
    assert.deepEqual([modified, created], [Date.UTC(2001, 2, 3, 4, 5, 6), Date.UTC(1999, 11, 31, 23, 59, 59)]);
  });

  it('has three letters for all that may be done', async () => {
    const { can } = await backend.item({ id: 'docs/a.txt' });
    assert.equal(can.join(' '), 'download preview copy rename move remove describe lock send activity');
    const [docs] = (await backend.list(ROOT, {})).items;
    assert.ok(docs?.can.includes('list') && docs.can.includes('upload') && docs.can.includes('remove'));
  });

  it('answers nothing when it has made a folder', async () => {
    const made = await backend.createFolder({ id: 'docs' }, 'made', { conflict: 'ask' });
    assert.deepEqual([made.id, made.kind], ['docs/made', 'folder']);
  });

  it('names no errors, whose statuses are all that there is', async () => {
    await assert.rejects(backend.list({ id: 'missing' }, {}), { code: 'not-found' });
    await assert.rejects(backend.rename({ id: 'docs/a.txt' }, '..'), { code: 'invalid' });
    const stranger = at.as({ apiKey: 'key-of-nobody-0123456789', fetch: older });
    await assert.rejects(stranger.list(ROOT, {}), (error: Error) => {
      assert.match(JSON.stringify(error), /unauthorized/);
      assert.ok(!error.message.includes(KEY));
      return true;
    });
  });
});
