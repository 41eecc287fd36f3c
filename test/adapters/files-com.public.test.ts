import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pagesOf } from '../../src/adapters/files-com.account.js';
import { operation } from '../contract/stage.js';
import { addFile, addKey, addUser, grant } from '../services/files-com/seed.js';
import { site, type Site } from './files-com.ground.js';

let at: Site;

beforeEach(async () => {
  at = await site();
  await addFile(at.service.state, 'shown/inner/ä #1.txt', 'for everybody');
  at.service.state.tree.makeFolder('drop', at.owner.id);
});

afterEach(() => at.service.close());

const set = (path: string, behavior: string, value: unknown, recursive = true): void => {
  const { state } = at.service;
  const id = state.number();
  state.behaviors.set(id, { id, path, behavior, value, name: '', description: '', recursive, disableParent: false });
};

describe('a folder of Files.com that is served publicly', () => {
  it('has an address, and so has what lies in it', async () => {
    set('shown', 'serve_publicly', { key: 'open', show_index: true });
    const { publicUrl = '' } = await at.backend.item({ id: 'shown/inner/ä #1.txt' });
    assert.equal(await (await fetch(publicUrl)).text(), 'for everybody');
    assert.equal((await at.backend.item({ id: 'shown' })).publicUrl, `${at.service.url}/hosted/open/`);
  });

  it('gives nothing else one', async () => {
    set('shown', 'serve_publicly', { key: 'open' }, false);
    assert.equal((await at.backend.item({ id: 'drop' })).publicUrl, undefined);
    assert.equal((await at.backend.item({ id: 'shown/inner' })).publicUrl, undefined);
  });
});

describe('an inbox of Files.com', () => {
  const ask = () =>
    at.backend.request({
      folder: { id: 'drop' },
      title: 'Tax papers',
      message: 'All of 2025',
      help: 'Call us',
      recipients: [],
      operation: operation(),
    });
  const leave = (link: string, name: string, text: string): Promise<Response> => {
    const form = new FormData();
    form.append('file', new Blob([text]), name);
    return fetch(link, { method: 'POST', body: form });
  };

  it('takes files from people without an account, who see what is asked of them', async () => {
    const { link = '' } = await ask();
    const page = await (await fetch(link)).text();
    for (const text of ['Tax papers', 'All of 2025', 'Call us']) assert.ok(page.includes(text), text);
    assert.equal((await leave(link, 'a.txt', 'one')).status, 200);
    assert.equal((await leave(link, 'a.txt', 'two')).status, 200);
    const { items } = await at.backend.list({ id: 'drop' }, {});
    assert.deepEqual(
      items.map(({ name }) => name),
      ['a (1).txt', 'a.txt'],
    );
    assert.equal(new TextDecoder().decode(await at.service.state.bytes('drop/a (1).txt')), 'two');
  });

  it('is found again with its address', async () => {
    const { link } = await ask();
    const { requests } = await at.backend.requests({ folder: { id: 'drop' } });
    assert.deepEqual(
      requests.map((one) => one.link),
      [link],
    );
  });

  it('has none for who may not know where the pages of the site are', () => {
    const global = new URL('https://app.files.com/api/rest/v1');
    assert.equal(pagesOf(global, {}), undefined);
    assert.equal(pagesOf(global, { subdomain: 'acme' }), 'https://acme.files.com');
    assert.equal(pagesOf(new URL('https://acme.files.com/api/rest/v1'), {}), 'https://acme.files.com');
  });

  it('is opened by nobody who may not', async () => {
    const { state } = at.service;
    const reader = addUser(state, 'reader');
    grant(state, reader, 'drop', 'readonly');
    addKey(state, 'key-of-the-reader-0123456789', { userId: reader.id });
    const backend = at.as({ apiKey: 'key-of-the-reader-0123456789' });
    const refused = backend.request({ folder: { id: 'drop' }, title: 'Papers', recipients: [], operation: operation() });
    await assert.rejects(refused, { code: 'forbidden' });
    assert.equal(state.behaviors.size, 0);
  });
});
