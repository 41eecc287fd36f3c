import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { asking, type Answer, type Ask } from './asking.js';
import { startFileGenius, type FileGenius } from './filegenius.js';
import { addFile, addGroup, addUser, grant } from './seed.js';
import type { Brand } from './service.js';

let service: FileGenius;
let designer: Ask;

const start = async (brand: Brand): Promise<void> => {
  service = await startFileGenius({ brand });
  designer = asking(service, 'designer');
};

beforeEach(() => start('filegenius'));

afterEach(() => service.close());

const WORKSPACE = '/Designers_workspace/';

const idAt = (path: string): number => service.state.find(path)!.id;
const userId = (username: string): number => [...service.state.users.values()].find((user) => user.username === username)!.id;
const send = (fields: Record<string, string | number>, ask = designer): Promise<Answer> =>
  ask.send('POST', 'file_send', { file_id: idAt(`${WORKSPACE}hello.txt`), ...fields });
const mailed = (): unknown[] => service.state.mails.map(({ to }) => to);

describe('file_send', () => {
  it('writes to users, the members of groups and outsiders, each once', async () => {
    const { body } = await send({
      user_ids: `${userId('reader')},${userId('insider')}`,
      user_group_ids: [...service.state.groups.keys()].join(),
      non_users: 'a@example.org, b@example.org',
      subject: 'Here',
      message: 'Have a look.',
    });
    assert.deepEqual(body, { fileId: idAt(`${WORKSPACE}hello.txt`), path: WORKSPACE, fileName: 'hello.txt' });
    const people = ['reader@example.com', 'insider@example.com', 'designer@example.com', 'a@example.org', 'b@example.org'];
    assert.deepEqual(mailed(), people);
    const [mail] = service.state.mails;
    assert.deepEqual(
      [mail?.kind, mail?.from, mail?.subject, mail?.message, mail?.names, mail?.others],
      ['delivery', 'designer@example.com', 'Here', 'Have a look.', ['hello.txt'], people.slice(1)],
    );
  });

  it('leaves out in silence whoever it does not know, or who has no access, or is no address', async () => {
    const strangers = addGroup(service.state, 'Strangers', [addUser(service.state, 'other')]);
    await send({ user_ids: `${userId('stranger')},77,x`, user_group_ids: `${strangers.id},78`, non_users: 'nobody,a@example.org' });
    assert.deepEqual(mailed(), ['a@example.org']);
  });

  it('reaches whoever has access to a folder that is sent, even if they have none to where it lies', async () => {
    const inside = addUser(service.state, 'inside');
    const drafts = service.state.makeFolder(`${WORKSPACE}Drafts`);
    grant(service.state, inside, drafts);
    await send({ file_id: drafts.id, user_ids: inside.id });
    await send({ file_id: `${drafts.id},${idAt(`${WORKSPACE}hello.txt`)}`, user_ids: inside.id });
    assert.deepEqual(mailed(), ['inside@example.com']);
  });

  it('writes to no outsider for a sender who may not, nor where a login is required', async () => {
    const whom = { user_ids: userId('reader'), non_users: 'a@example.org' };
    assert.equal((await send(whom, asking(service, 'insider'))).title, undefined);
    await send({ ...whom, require_login: 1 });
    assert.deepEqual(mailed(), ['reader@example.com', 'reader@example.com']);
    const [open, closed] = service.state.mails;
    assert.equal(await (await fetch(open!.url)).text(), 'hello, ferry');
    assert.equal((await fetch(closed!.url)).status, 403);
    assert.equal((await send(whom, asking(service, 'reader'))).title, 'You do not have access privileges for this location');
  });

  it('makes links that end after 15 days, after fewer, or never', async () => {
    for (const more of [{}, { link_expiration: 3 }, { link_expiration: 0 }]) await send({ non_users: 'a@example.org', ...more });
    const days = [...service.state.links.values()].map(
      ({ expires }) => expires && Math.round((expires.getTime() - Date.now()) / 86_400_000),
    );
    assert.deepEqual(days, [15, 3, null]);
    assert.equal((await send({ non_users: 'a@example.org', link_expiration: 16 })).title, 'Invalid Parameter');
    const [link] = service.state.links.values();
    link!.expires = new Date(0);
    assert.equal((await fetch(service.state.mails[0]!.url)).status, 404);
  });

  it('tells the sender of the first download by each recipient, when asked to', async () => {
    await send({ non_users: 'a@example.org,b@example.org', download_receipt: 1 });
    const [first, second] = service.state.mails;
    for (const url of [first!.url, first!.url, second!.url]) await (await fetch(url)).text();
    const receipts = service.state.mails.filter(({ kind }) => kind === 'receipt');
    assert.deepEqual(
      receipts.map(({ to, message }) => [to, message.split(' ')[0]]),
      [
        ['designer@example.com', 'a@example.org'],
        ['designer@example.com', 'b@example.org'],
      ],
    );
  });

  it('hides recipients from each other, at FileGenius', async () => {
    await send({ non_users: 'a@example.org,b@example.org', bcc: 1 });
    assert.deepEqual(
      service.state.mails.map(({ others }) => others),
      [[], []],
    );
    await service.close();
    await start('tuyu');
    await send({ non_users: 'a@example.org,b@example.org', bcc: 1 });
    assert.deepEqual(
      service.state.mails.map(({ others }) => others),
      [['b@example.org'], ['a@example.org']],
    );
  });

  it('takes files and folders of one workspace', async () => {
    const boss = asking(service, 'boss');
    const file_id = [`${WORKSPACE}Drafts`, `${WORKSPACE}hello.txt`].map(idAt).join();
    assert.equal((await send({ file_id, non_users: 'a@example.org' })).body['fileName'], 'Drafts');
    const page = await (await fetch(service.state.mails[0]!.url)).text();
    assert.deepEqual(
      [...page.matchAll(/>([^<]+)<\/a>/g)].map(([, name]) => name),
      ['2026%20%C3%A9.txt', 'hello.txt'],
    );
    const inner = idAt(`${WORKSPACE}Drafts/2026 é.txt`);
    assert.equal(await (await fetch(`${service.state.mails[0]!.url}?file=${inner}`)).text(), 'figures');
    const apart = [`${WORKSPACE}hello.txt`, '/Archive/old.txt'].map(idAt).join();
    assert.equal((await send({ file_id: apart, non_users: 'a@example.org' }, boss)).title, 'Files Cannot Be Sent');
    assert.equal((await send({ file_id: `${file_id},77` })).title, 'You do not have access privileges for this location');
    assert.equal((await send({ file_id: '' })).title, 'Missing Parameter');
    assert.equal(mailed().length, 1);
  });
});

describe('send_files_prep', () => {
  const OUTSIDERS = 'a@example.org,b@example.org,c@example.org';

  beforeEach(async () => {
    await service.close();
    await start('tuyu');
  });

  it('comes before several files, or a folder, go to three or more outsiders', async () => {
    const [hello, drafts] = [idAt(`${WORKSPACE}hello.txt`), idAt(`${WORKSPACE}Drafts`)];
    const both = { file_id: `${hello},${drafts}`, non_users: OUTSIDERS };
    assert.equal((await send({ non_users: OUTSIDERS })).title, undefined);
    assert.equal((await send({ ...both, non_users: 'a@example.org,b@example.org' })).title, undefined);
    assert.equal((await send({ ...both, require_login: 1 })).title, undefined);
    for (const file_id of [both.file_id, drafts]) assert.equal((await send({ ...both, file_id })).title, 'Invalid Parameter');
    assert.equal(mailed().length, 5);

    const prepared = async (file_id: string | number): Promise<string> =>
      String((await designer.send('POST', 'send_files_prep', { file_id })).body['file_preparation_id']);
    assert.equal((await send({ ...both, file_preparation_id: await prepared(drafts) })).title, 'Invalid Parameter');
    const file_preparation_id = await prepared(`${drafts},${hello}`);
    assert.equal((await send({ ...both, file_preparation_id })).title, undefined);
    assert.equal(mailed().length, 8);
    assert.equal((await send({ ...both, file_preparation_id })).title, 'Invalid Parameter');
  });

  it('calls its id as the knob says', async () => {
    service.knobs.preparationField = 'id';
    assert.deepEqual(Object.keys((await designer.send('POST', 'send_files_prep', { file_id: idAt(`${WORKSPACE}hello.txt`) })).body), [
      'id',
    ]);
  });
});

describe('create_file_link', () => {
  it('makes a link to one file, which is open to everybody', async () => {
    await service.close();
    await start('tuyu');
    const file_id = idAt(`${WORKSPACE}hello.txt`);
    const { body } = await designer.send('POST', 'create_file_link', { file_id, link_expiration: 90 });
    assert.deepEqual([body['fileId'], body['fileName']], [file_id, 'hello.txt']);
    assert.match(String(body['downloadLink']), /\/downloadPublic\/\d+$/);
    assert.equal(await (await fetch(String(body['downloadLink']))).text(), 'hello, ferry');
    assert.equal((await designer.send('POST', 'create_file_link', { file_id, link_expiration: 45 })).title, 'Invalid Parameter');
    assert.equal((await designer.send('POST', 'create_file_link', { file_id: idAt(`${WORKSPACE}Drafts`) })).title, 'Invalid Parameter');
    assert.match((await asking(service, 'reader').send('POST', 'create_file_link', { file_id })).title ?? '', /access privileges/);
  });
});

describe('recipients', () => {
  const people = async (method: string, fields: Record<string, string> = {}): Promise<Record<string, unknown>[]> =>
    Object.values((await designer.get(method, { path: WORKSPACE, ...fields })).body) as Record<string, unknown>[];

  it('are all who have access to a location, users and groups, under a name that differs between the brands', async () => {
    service.state.users.get(userId('reader'))!.autoRecip = true;
    const all = await people('user_location_access');
    assert.deepEqual(
      all.map(({ username, uType, admin, subAdmin, autoRecip }) => [username, uType, admin, subAdmin, autoRecip]),
      [
        ['boss', 1, 1, null, 0],
        ['designer', 1, 0, 0, 0],
        ['reader', 1, 0, 0, 1],
        ['insider', 1, 0, 1, 0],
        ['Designers', 0, 0, null, 0],
      ],
    );
    assert.deepEqual([all[1]?.['organization'], all[1]?.['email'], all[4]?.['email']], ['Example', 'designer@example.com', null]);
    assert.equal((await people('user_location_access', { type: 'nonAdminsOnly' })).length, 4);
    const { text } = await designer.get('user_location_access.xml', { path: WORKSPACE });
    assert.match(text, /<usersLocationAccess><user><id>\d+<\/id><username>boss<\/username>.*<organization\/>/);
    await service.close();
    await start('tuyu');
    assert.equal((await people('users_location_access')).length, 5);
  });
});

describe('current_storage_used', () => {
  it('tells administrators of Tuyu, as text', async () => {
    await service.close();
    await start('tuyu');
    await addFile(service.state, 'more.txt', '1234');
    assert.equal((await asking(service, 'boss').get('current_storage_used')).text, '{"currentStorage":"26"}');
    assert.match((await designer.get('current_storage_used')).title ?? '', /access privileges/);
  });
});
