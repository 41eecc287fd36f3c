import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { BackendError } from '../../src/backend/errors.js';
import type { Rules } from '../../src/backend/item.js';
import { addKey } from '../services/files-com/seed.js';
import { site, type Site } from './files-com.ground.js';

let at: Site;

beforeEach(async () => {
  at = await site();
  at.service.state.tree.makeFolder('made/inner/innermost', at.owner.id);
});

afterEach(() => at.service.close());

/** Sets a behavior of a folder as the service keeps it; today's are handed down to what lies below. */
const set = (path: string, behavior: string, value: unknown, more: { recursive?: boolean; disableParent?: boolean } = {}): void => {
  const { state } = at.service;
  const id = state.number();
  state.behaviors.set(id, { id, path, behavior, value, name: '', description: '', recursive: true, disableParent: false, ...more });
};

const rules = (id = 'made'): Promise<Rules> => at.backend.rules({ id });

/** How the service refuses a file; nothing where it takes it. */
const refusal = (name: string, folder = 'made'): Promise<BackendError | undefined> =>
  at.backend.init({ name, size: 1, type: '' }, { folder: { id: folder }, conflict: 'replace' }).then(
    () => undefined,
    (error: unknown) => error as BackendError,
  );

const SHAPES: readonly [title: string, behavior: string, value: unknown, rules: Rules][] = [
  ['extensions to take', 'limit_file_extensions', { extensions: ['XLS', '.csv'], mode: 'whitelist' }, { extensions: ['xls', 'csv'] }],
  ['extensions to take, in the older shape', 'limit_file_extensions', ['xls', 'csv'], { extensions: ['xls', 'csv'] }],
  ['extensions to take, as JSON in a text', 'limit_file_extensions', '["xls"]', { extensions: ['xls'] }],
  ['extensions to refuse', 'limit_file_extensions', { extensions: ['exe'], mode: 'blacklist' }, { refusedExtensions: ['exe'] }],
  ['no extension at all', 'limit_file_extensions', { extensions: [], mode: 'whitelist' }, {}],
  ['a pattern', 'limit_file_regex', ['/^Document-.*/'], { namePattern: '^Document-.*' }],
  ["a pattern with Ruby's anchors", 'limit_file_regex', ['/\\ADocument-\\d+\\z/'], { namePattern: '^Document-\\d+$' }],
  ['a pattern that only Ruby can read', 'limit_file_regex', ['/\\A\\h++\\z/'], { unchecked: ['/\\A\\h++\\z/'] }],
  ['several patterns, of which one may be enough', 'limit_file_regex', ['/^A/', '/^B/'], { unchecked: ['/^A/', '/^B/'] }],
  ['a pattern that is broken', 'limit_file_regex', ['/(/'], { unchecked: ['/(/'] }],
  ['a longest name', 'limit_filename_length', { max_length: 20, shorten: false }, { maxNameLength: 20, nameUnit: 'characters' }],
  ['names that are shortened', 'limit_filename_length', { max_length: 20, shorten: true }, { renamed: true }],
  ['a name of no length', 'limit_filename_length', { max_length: 0 }, {}],
  ['subfolders that are locked, in the older shape', 'lock_subfolders', null, { foldersLocked: true }],
  ['subfolders that are locked', 'lock_subfolders', { level: 'children' }, { foldersLocked: true }],
  ['an end after days', 'file_expiration', { days_to_retain: 30, delete_empty_folders: true }, { expiresAfterDays: 30 }],
  ['an end after days, in the older shape', 'file_expiration', 30, { expiresAfterDays: 30 }],
  ['no end', 'file_expiration', { days_to_retain: 0 }, {}],
  ['encryption', 'auto_encrypt', { algorithm: 'PGP/GPG', suffix: '.gpg', key: 'key' }, { encrypted: true }],
  ['other names', 'override_upload_filename', { filename_override_pattern: '%Fb-%Y%Fe' }, { renamed: true }],
  ['other names, in the older shape', 'append_timestamp', { format: '_YYYYMMDD', timezone: 'UTC' }, { renamed: true }],
  ['files that are sorted into folders', 'organize_files_into_subfolders', { strftime_format: '%Y' }, { renamed: true }],
  ['what is no rule for files', 'webhook', { urls: ['https://example.com'] }, {}],
];

describe('rules of a folder at Files.com', () => {
  for (const [title, behavior, value, expected] of SHAPES) {
    it(`reads ${title}`, async () => {
      set('made', behavior, value);
      assert.deepEqual(await rules(), expected);
    });
  }

  it('says nothing of a folder without any', async () => {
    assert.deepEqual([await rules(), await rules('')], [{}, {}]);
  });

  it('puts all together', async () => {
    set('made', 'limit_file_extensions', { extensions: ['csv'], mode: 'whitelist' });
    set('made', 'file_expiration', { days_to_retain: 1 });
    set('', 'auto_encrypt', {});
    assert.deepEqual(await rules(), { extensions: ['csv'], expiresAfterDays: 1, encrypted: true });
  });

  it('takes what is handed down from above, and nothing else', async () => {
    set('', 'file_expiration', { days_to_retain: 90 });
    set('made', 'limit_file_extensions', ['csv'], { recursive: false });
    set('made/inner/innermost', 'auto_encrypt', {});
    assert.deepEqual(await rules('made/inner'), { expiresAfterDays: 90 });
    assert.deepEqual(await rules(), { expiresAfterDays: 90, extensions: ['csv'] });
  });

  it('lets the nearest one win', async () => {
    set('made/inner', 'limit_file_extensions', { extensions: ['exe'], mode: 'blacklist' });
    set('made', 'limit_file_extensions', { extensions: ['csv'], mode: 'whitelist' });
    assert.deepEqual(await rules('made/inner/innermost'), { refusedExtensions: ['exe'] });
    assert.equal(await refusal('a.txt', 'made/inner/innermost'), undefined);
  });

  it('drops what a nearer folder has turned off', async () => {
    set('made', 'limit_file_extensions', ['csv']);
    set('made', 'file_expiration', 30);
    set('made/inner', 'limit_file_extensions', null, { disableParent: true });
    assert.deepEqual(await rules('made/inner/innermost'), { expiresAfterDays: 30 });
    assert.equal(await refusal('a.txt', 'made/inner/innermost'), undefined);
    assert.equal((await refusal('a.txt'))?.code, 'not-allowed');
  });

  it('has nothing of what is turned off, whatever it says by being there', async () => {
    set('made', 'lock_subfolders', { level: 'children_recursive' });
    set('made', 'auto_encrypt', { algorithm: 'PGP/GPG' });
    set('made', 'append_timestamp', { format: '_YYYY' });
    for (const behavior of ['lock_subfolders', 'auto_encrypt', 'append_timestamp'])
      set('made/inner', behavior, null, { disableParent: true });
    assert.deepEqual(await rules('made/inner'), {});
    assert.ok((await at.backend.createFolder({ id: 'made/inner' }, 'new', { conflict: 'ask' })).id);
  });

  it('counts what a folder has of its own beside what it has turned off', async () => {
    set('made', 'limit_file_extensions', ['csv']);
    set('made/inner', 'limit_file_extensions', ['xls']);
    set('made/inner', 'limit_file_extensions', null, { disableParent: true });
    assert.deepEqual(await rules('made/inner'), { extensions: ['xls'] });
    assert.equal((await refusal('a.csv', 'made/inner'))?.code, 'not-allowed');
  });

  it('knows locked subfolders below those whose whole tree is locked', async () => {
    set('made', 'lock_subfolders', { level: 'children_recursive' });
    assert.equal((await rules('made/inner')).foldersLocked, true);
    const { can } = await at.backend.item({ id: 'made/inner' });
    assert.ok(!can.includes('createFolder'), 'the item says the same');
    await assert.rejects(at.backend.createFolder({ id: 'made' }, 'new', { conflict: 'ask' }), { code: 'not-allowed' });
  });

  it('advises, and refuses nothing, where the rules cannot be read', async () => {
    set('made', 'limit_file_extensions', ['csv']);
    addKey(at.service.state, 'key-of-an-office-0123456789', { userId: at.owner.id, permissionSet: 'office_integration', path: 'made' });
    const office = at.as({ apiKey: 'key-of-an-office-0123456789' });
    assert.deepEqual(await office.rules({ id: 'made' }), {});
    assert.ok((await office.capabilities({ folder: { id: 'made' } })).upload);
  });

  it('leaves the last word to the service, whose refusals are typed and name the rule', async () => {
    set('made', 'limit_file_extensions', { extensions: ['csv'], mode: 'whitelist' });
    set('made', 'limit_filename_length', { max_length: 20, shorten: false });
    set('made', 'limit_file_regex', ['/^D/']);
    const refused = await Promise.all(['D.txt', `D${'x'.repeat(20)}.csv`, 'E.csv', 'D.csv'].map((name) => refusal(name)));
    assert.deepEqual(
      refused.map((error) => error?.code),
      ['not-allowed', 'not-allowed', 'not-allowed', undefined],
    );
    assert.match(refused[0]?.message ?? '', /does not take files with this extension/);
    assert.match(refused[1]?.message ?? '', /longer than the folder takes/);
    assert.match(refused[2]?.message ?? '', /does not take files with such a name/);
    assert.equal(at.service.state.uploads.size, 1);
  });

  it('has none of a folder that is not there, nor of a file', async () => {
    await assert.rejects(rules('missing'), { code: 'not-found' });
    at.service.state.tree.putFile('made/a.txt', (await at.service.state.contents.write(new Response('a').body)).content, null);
    await assert.rejects(rules('made/a.txt'), { code: 'invalid' });
  });
});
