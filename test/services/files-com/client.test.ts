/** The vendor's own client (npm `files.com`) against the simulated service. */
import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import Files from 'files.com/lib/Files.js';
import Behavior from 'files.com/lib/models/Behavior.js';
import Bundle from 'files.com/lib/models/Bundle.js';
import BundleRecipient from 'files.com/lib/models/BundleRecipient.js';
import File from 'files.com/lib/models/File.js';
import FileMigration from 'files.com/lib/models/FileMigration.js';
import Folder from 'files.com/lib/models/Folder.js';
import Session from 'files.com/lib/models/Session.js';
import { startFilesCom, type FilesCom } from './files-com.js';
import { comparable, tidy } from './paths.js';
import { addFile, CREDENTIALS } from './seed.js';

const MEBIBYTE = 1024 * 1024;
let service: FilesCom;
let folder: string;

before(async () => {
  service = await startFilesCom();
  folder = await mkdtemp(join(tmpdir(), 'files-com-client-'));
  Files.setBaseUrl(service.url);
  Files.setApiKey(CREDENTIALS.siteKey);
  Files.configureNetwork({ maxNetworkRetries: 0 });
});

after(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

afterEach(() => service.knobs.clear());

/** Bytes that do not repeat, the same for the same size. */
const bytes = (size: number): Buffer => createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(size));

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

const paths = (items: readonly { attributes: Record<string, unknown> }[]): unknown[] => items.map(({ attributes }) => attributes['path']);

/** That a call fails with the class that the client has for a type of error. */
const fails = (call: Promise<unknown>, name: string, status: number): Promise<void> =>
  assert.rejects(call, (error: Error & { code?: number }) => {
    assert.deepEqual([error.constructor.name, error.code], [name, status]);
    return true;
  });

describe("the vendor's client", () => {
  it('lists a folder page by page, folders first', async () => {
    for (const name of ['e', 'b', 'C', 'a', 'd']) await addFile(service.state, `pages/${name}.txt`, name);
    service.state.tree.makeFolder('pages/z', null);
    const items = await Folder.listFor('pages', { per_page: 2 });
    assert.deepEqual(paths(items), ['pages/z', 'pages/a.txt', 'pages/b.txt', 'pages/C.txt', 'pages/d.txt', 'pages/e.txt']);
    const pages = service.knobs.seen(/^api GET/);
    assert.equal(pages.length, 3);
    assert.match(pages[1]?.path ?? '', /cursor=c2%3Anext%3A/);
    assert.deepEqual(paths(await Folder.listFor('pages', { sort_by: { path: 'desc' }, type: 'file' })).at(0), 'pages/e.txt');
  });

  it('lists the root as a slash', async () => {
    assert.ok(paths(await Folder.listFor('/')).includes('docs'));
  });

  it('makes folders, also below what is missing, and not twice', async () => {
    const made = await Folder.create('made/reports/2026 é 100%', { mkdir_parents: true });
    assert.deepEqual([made.attributes['path'], made.attributes['type']], ['made/reports/2026 é 100%', 'directory']);
    assert.ok(service.state.tree.folder('made/reports/2026 é 100%'));
    await fails(Folder.create('made/reports', { mkdir_parents: true }), 'ProcessingFailure_DestinationExistsError', 422);
    await fails(Folder.create('nowhere/deep'), 'ProcessingFailure_DestinationParentDoesNotExistError', 409);
  });

  for (const size of [5, 12, 20].map((number) => number * MEBIBYTE)) {
    it(`uploads a file of ${String(size / MEBIBYTE)} MiB, byte for byte`, async () => {
      const data = bytes(size);
      const source = join(folder, 'source.bin');
      await writeFile(source, data);
      const path = `uploads/${String(size)}.bin`;
      const file = await File.uploadFile(path, source, { mkdir_parents: true, size });
      assert.deepEqual([file.attributes['path'], file.attributes['size']], [path, size]);
      assert.equal(await service.state.sha256(path), sha256(data));
      const parts = service.knobs.seen(/^storage PUT/).map(({ received }) => received);
      assert.deepEqual(
        parts.reduce((sum, part) => sum + part, 0),
        size,
      );
      assert.ok(parts.slice(0, -1).every((part) => part === 5 * MEBIBYTE));
      assert.deepEqual(service.knobs.seen(/^api POST/).at(-1)?.status, 201);
    });
  }

  it('uploads nothing, as one part without a byte', async () => {
    const file = await File.uploadData('docs/empty.bin', Buffer.alloc(0), { mkdir_parents: true });
    assert.deepEqual([file.attributes['path'], file.attributes['size']], ['docs/empty.bin', 0]);
    assert.deepEqual(
      service.knobs.seen(/^storage/).map(({ method, received, status }) => [method, received, status]),
      [['PUT', 0, 200]],
    );
    assert.equal((await service.state.bytes('docs/empty.bin')).length, 0);
  });

  it('sends no part of an empty file from the disk, which the service refuses: a fault of the client', async () => {
    const source = join(folder, 'empty.bin');
    await writeFile(source, '');
    await assert.rejects(File.uploadFile('docs/empty from disk.bin', source), /No part of the file was uploaded/);
    assert.equal(service.knobs.seen(/^storage/).length, 0);
    assert.equal(service.state.tree.find('docs/empty from disk.bin'), undefined);
  });

  it('stores a corrupt file when it uploads data of exactly two parts: a fault of the client', async () => {
    const data = bytes(10 * MEBIBYTE);
    const file = await File.uploadData('docs/twice.bin', data);
    assert.equal(file.attributes['size'], 15 * MEBIBYTE);
    const stored = await service.state.bytes('docs/twice.bin');
    assert.equal(sha256(stored), sha256(Buffer.concat([data, data.subarray(5 * MEBIBYTE)])));
  });

  it('replaces a file, or keeps both', async () => {
    await File.uploadData('docs/again.txt', Buffer.from('one'));
    await File.uploadData('docs/again.txt', Buffer.from('two'));
    assert.equal(service.knobs.seen(/^api POST/).at(-1)?.status, 200);
    assert.equal(Buffer.from(await service.state.bytes('docs/again.txt')).toString(), 'two');
    const kept = await File.uploadData('docs/again.txt', Buffer.from('three'), { with_rename: true });
    assert.notEqual(kept.attributes['path'], 'docs/again.txt');
    assert.equal(Buffer.from(await service.state.bytes(String(kept.attributes['path']))).toString(), 'three');
    assert.equal(Buffer.from(await service.state.bytes('docs/again.txt')).toString(), 'two');
  });

  it('tells of a file, and downloads it from storage', async () => {
    await addFile(service.state, 'docs/known.txt', 'known');
    const found = await File.find('docs/known.txt');
    const { type, size, permissions, md5, download_uri: none } = found.attributes;
    assert.deepEqual({ type, size, permissions, md5, none }, { type: 'file', size: 5, permissions: 'lrwd', md5: null, none: null });
    const url = (await found.download()).getDownloadUri();
    assert.ok(url.startsWith(`${service.storageUrl}/`));
    const response = await fetch(url);
    assert.equal(await response.text(), 'known');
    assert.match(response.headers.get('content-disposition') ?? '', /^attachment; filename="known\.txt"/);
    await fails(new File({ path: 'docs' }).download(), 'BadRequest_CannotDownloadDirectoryError', 400);
    await fails(File.find('docs/unknown.txt'), 'NotFoundError', 404);
  });

  it('changes what is known of a file', async () => {
    await addFile(service.state, 'docs/dated.txt', 'x');
    const updated = await new File({ path: 'docs/dated.txt' }).update({ provided_mtime: '2020-02-03T04:05:06Z', priority_color: 'red' });
    assert.deepEqual([updated.attributes['provided_mtime'], updated.attributes['priority_color']], ['2020-02-03T04:05:06Z', 'red']);
    await fails(
      new File({ path: 'docs/dated.txt' }).update({ provided_mtime: '0001-01-01T00:00:00Z' }),
      'BadRequest_DatetimeParseError',
      400,
    );
  });

  it('copies, moves and deletes', async () => {
    await addFile(service.state, 'work/a.txt', 'a');
    const file = new File({ path: 'work/a.txt' });
    assert.deepEqual((await file.copy({ destination: 'work/b.txt' })).attributes['status'], 'completed');
    await fails(file.copy({ destination: 'work/b.txt' }), 'ProcessingFailure_DestinationExistsError', 422);
    await fails(file.move({ destination: 'nowhere/a.txt' }), 'ProcessingFailure_DestinationParentDoesNotExistError', 409);
    assert.deepEqual((await file.move({ destination: 'work/c.txt' })).attributes['status'], 'completed');
    assert.deepEqual(paths(await Folder.listFor('work')), ['work/b.txt', 'work/c.txt']);
    assert.equal(Buffer.from(await service.state.bytes('work/b.txt')).toString(), 'a');
    await fails(new File({ path: 'work' }).delete(), 'ProcessingFailure_FolderNotEmptyError', 422);
    await new File({ path: 'work' }).delete({ recursive: true });
    assert.equal(service.state.tree.find('work'), undefined);
    await fails(new File({ path: 'work' }).delete(), 'NotFoundError', 404);
  });

  it('follows a copy that takes its time', async () => {
    await addFile(service.state, 'slow/a.txt', 'a');
    service.knobs.pendingFor = 2;
    const { attributes } = await new File({ path: 'slow' }).copy({ destination: 'slow copy' });
    assert.equal(attributes['status'], 'pending');
    const states = [];
    for (let asked = 0; asked < 2; asked++) states.push((await FileMigration.find(attributes['file_migration_id'])).attributes['status']);
    service.knobs.pendingFor = false;
    assert.deepEqual(states, ['in_progress', 'completed']);
    assert.equal(Buffer.from(await service.state.bytes('slow copy/a.txt')).toString(), 'a');
  });

  it('begins an upload in the dialect of the other clients', async () => {
    const parts = await new File({ path: 'docs/begun.bin' }).beginUpload({ part: 1, parts: 2, size: 6 * MEBIBYTE });
    assert.deepEqual(
      parts.map(({ attributes }) => [attributes['part_number'], attributes['partsize'], attributes['next_partsize']]),
      [
        [1, 5 * MEBIBYTE, 6 * MEBIBYTE],
        [2, 6 * MEBIBYTE, 7 * MEBIBYTE],
      ],
    );
  });

  it('makes a share link, sends it and takes it back', async () => {
    await addFile(service.state, 'docs/shared.txt', 'shared');
    const bundle = await Bundle.create({ paths: ['docs/shared.txt'], password: 'sesame', description: 'For you', permissions: 'read' });
    assert.deepEqual([bundle.attributes['password_protected'], bundle.attributes['password']], [true, undefined]);
    await bundle.share({ to: ['a@example.com'], note: 'hi' });
    await fails(bundle.share({ to: ['a@example.com'] }), 'ProcessingFailure_RecipientAlreadySharedError', 422);
    await BundleRecipient.create({ bundle_id: bundle.attributes['id'], recipient: 'b@example.com', name: 'B', share_after_create: true });
    assert.deepEqual(
      service.state.mails.map(({ to, note, url }) => [to, note, url]),
      [
        ['a@example.com', 'hi', bundle.attributes['url']],
        ['b@example.com', '', bundle.attributes['url']],
      ],
    );
    const recipients = await BundleRecipient.list({ bundle_id: bundle.attributes['id'] });
    assert.deepEqual(
      recipients.map(({ attributes }) => attributes['recipient']),
      ['a@example.com', 'b@example.com'],
    );
    assert.deepEqual((await Bundle.find(bundle.attributes['id'])).attributes['paths'], ['docs/shared.txt']);
    assert.deepEqual(
      (await Bundle.list()).map(({ attributes }) => [attributes['id'], 'paths' in attributes]),
      [[bundle.attributes['id'], false]],
    );
    await bundle.delete();
    await fails(Bundle.find(bundle.attributes['id']), 'NotFoundError', 404);
  });

  it("reads a folder's rules, with those from above", async () => {
    const rules = await Behavior.listFor('rules/tables/any', { ancestor_behaviors: true });
    assert.deepEqual(
      rules.map(({ attributes }) => [attributes['behavior'], attributes['path'], attributes['inherited']]),
      [
        ['limit_file_extensions', 'rules/tables', true],
        ['file_expiration', 'rules/tables', true],
        ['limit_file_extensions', 'rules/tables/any', false],
      ],
    );
    await fails(File.uploadData('rules/tables/a.txt', Buffer.from('x')), 'ProcessingFailure_InvalidFileTypeError', 422);
  });

  it('logs in and out', async () => {
    await fails(Session.create({ username: 'editor', password: 'wrong' }), 'NotAuthenticated_InvalidUsernameOrPasswordError', 401);
    const session = await Session.create({ username: 'editor', password: CREDENTIALS.password });
    Files.setSessionId(session.id);
    assert.deepEqual(paths(await Folder.listFor('/')), ['docs', 'rules', 'team']);
    await Session.delete();
    await fails(Folder.listFor('/'), 'NotAuthenticated_InvalidSessionError', 401);
    Files.setSessionId(null);
    assert.equal(service.knobs.seen(/DELETE .*\/sessions/)[0]?.status, 204);
  });

  it('is told that its key is wrong', async () => {
    Files.setApiKey('wrong');
    await fails(Folder.listFor('/'), 'NotAuthenticated_InvalidCredentialsError', 401);
    Files.setApiKey(CREDENTIALS.siteKey);
  });

  it('compares names as the service does: by the table that the client brings', () => {
    const table = createRequire(import.meta.url).resolve('files.com/shared/normalization_for_comparison_test_data.json');
    const pairs = JSON.parse(readFileSync(table, 'utf8')) as [string, string][];
    assert.ok(pairs.length > 40);
    for (const [path, expected] of pairs) assert.equal(comparable(tidy(path)), expected);
  });
});
