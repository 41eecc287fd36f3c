import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { asking, askingAs, CLIENT, type Answer, type Ask } from './asking.js';
import type { Account } from './records.js';
import { addFile } from './seed.js';
import { startSendspace, type Sendspace } from './sendspace.js';

let service: Sendspace;
let lite: Ask;
let owner: Account;

beforeEach(async () => {
  service = await startSendspace();
  lite = await askingAs(service, 'lite@example.com');
  owner = service.state.accounts.get('lite@example.com')!;
});

afterEach(() => service.close());

const file = async (name = 'a.txt', text = 'text', more = {}): Promise<string> =>
  (await addFile(service.state, owner, name, text, more)).id;

const folder = async (name: string, more: Record<string, string> = {}): Promise<string> =>
  (await lite('folders.create', { name, ...more })).one('folder').attributes['id'] ?? '';

/** Names and ids of all that an answer tells, as `name:attribute`. */
const summary = (answer: Answer, attribute = 'id'): string[] =>
  answer.told.map(({ name, attributes, text }) => `${name}:${attributes[attribute] ?? text}`);

describe('files of sendspace', () => {
  it('are told with every attribute of the document', async () => {
    const id = await file('a & "b".txt', 'four', {
      description: 'two\nlines',
      uploaded: Date.UTC(2026, 0, 2, 3, 4, 5),
      timeLimitEnds: undefined,
    });
    const { attributes } = (await lite('files.getInfo', { file_id: id })).one('file');
    assert.deepEqual(
      { ...attributes, delete_url: (attributes['delete_url'] ?? '').replace(/[0-9a-f]{32}$/, 'key') },
      {
        id, name: 'a & "b".txt', description: 'two\nlines', folder_id: '0', download_page_url: `${service.siteUrl}/file/${id}`,
        direct_download_url: '', delete_url: `${service.siteUrl}/delete/${id}/key`, upload_time: '2026/01/01 22:04:05', file_size: '4',
        downloads: '0', time_limit: '0', download_limit: '0', limit_action: '0', limit_action_to_folder: '',
      },
    ); // prettier-ignore
    service.knobs.times = 'unix';
    const unix = (await lite('files.getInfo', { file_id: id })).one('file').attributes['upload_time'];
    assert.equal(unix, String(Date.UTC(2026, 0, 2, 3, 4, 5) / 1000));
  });

  it('are told in part where some are not there', async () => {
    const id = await file();
    const mixed = await lite('files.getInfo', { file_id: `${id},nobody,noone1` });
    assert.deepEqual([mixed.status, summary(mixed)], ['ok', [`file:${id}`, 'error:nobody,noone1']]);
    assert.equal((await lite('files.getInfo')).code, 4);
  });

  it('move, and are deleted, each by itself', async () => {
    const [one, two, to] = [await file(), await file(), await folder('to')];
    const moved = await lite('files.moveToFolder', { file_id: `${one},nobody,${two}`, folder_id: to });
    assert.deepEqual([moved.status, summary(moved)], ['ok', [`id:${one},${two}`, `file:${one}`, `file:${two}`, 'error:nobody']]);
    assert.deepEqual(
      moved.all('file').map(({ attributes }) => attributes['folder_id']),
      [to, to],
    );
    assert.equal((await lite('files.movetofolder', { file_id: one, folder_id: 'nobody' })).code, 10);
    assert.equal((await lite('files.moveToFolder', { file_id: one, folder_id: '0' })).one('file').attributes['folder_id'], '0');
    const foreign = (await addFile(service.state, service.state.accounts.get('pro@example.com'), 'p', 'p')).id;
    const removed = await lite('files.delete', { file_id: `${one},${two},${foreign}` });
    assert.deepEqual(summary(removed), [`id:${one},${two}`, `file:${one}`, `file:${two}`, `error:${foreign}`]);
    const failed = await lite('files.delete', { file_id: `${one},${two}` });
    assert.deepEqual([failed.status, failed.code, summary(failed, 'none')], ['fail', 9, ['error:', `id:${one},${two}`]]);
    assert.ok(service.state.files.has(foreign));
  });

  it('change by setInfo, and lose what is sent empty', async () => {
    const [id, to] = [await file(), await folder('to')];
    const set = async (given: Record<string, string>): Promise<Record<string, string>> =>
      (await lite('files.setInfo', { file_id: id, ...given })).one('file').attributes;
    const all = await set({
      name: 'b.txt', description: 'd', password: 'p', folder_id: to, time_limit: '600', download_limit: '3', limit_action: '3', limit_action_to_folder: to,
    }); // prettier-ignore
    assert.deepEqual(
      ['name', 'description', 'password', 'folder_id', 'time_limit', 'download_limit', 'limit_action', 'limit_action_to_folder'].map(
        (name) => all[name],
      ),
      ['b.txt', 'd', 'p', to, '600', '3', '3', to],
    );
    const kept = await set({});
    assert.deepEqual([kept['description'], kept['password']], ['d', 'p']);
    const cleared = await set({ description: '', password: '', time_limit: '', download_limit: '0', limit_action: '' });
    assert.deepEqual(
      ['name', 'description', 'password', 'time_limit', 'download_limit', 'limit_action', 'limit_action_to_folder'].map(
        (name) => cleared[name],
      ),
      ['b.txt', '', undefined, '0', '0', '0', ''],
    );
    const code = async (given: Record<string, string>): Promise<number> => (await lite('files.setInfo', { file_id: id, ...given })).code;
    assert.deepEqual(
      [
        await code({ limit_action: '4' }),
        await code({ time_limit: 'soon' }),
        await code({ folder_id: 'nobody' }),
        await code({ business_shared: '1' }),
      ],
      [21, 16, 10, 11],
    );
  });

  it('block, go or move when a limit is reached', async () => {
    const [blocked, gone, moved, to] = [await file(), await file(), await file(), await folder('old')];
    await lite('files.setInfo', { file_id: blocked, download_limit: '1', limit_action: '1' });
    await lite('files.setInfo', { file_id: gone, time_limit: '60', limit_action: '2' });
    await lite('files.setInfo', { file_id: moved, time_limit: '60', limit_action: '3', limit_action_to_folder: to });
    const url = (await lite('download.getInfo', { file_id: blocked })).one('download').attributes['url'] ?? '';
    assert.equal(await (await fetch(url)).text(), 'text');
    assert.equal((await lite('download.getInfo', { file_id: blocked })).code, 11);
    service.state.pass(61);
    assert.equal((await lite('files.getInfo', { file_id: gone })).code, 9);
    assert.equal((await lite('files.getInfo', { file_id: moved })).one('file').attributes['folder_id'], to);
    assert.equal((await lite('files.setInfo', { file_id: blocked, download_limit: '', limit_action: '' })).status, 'ok');
    assert.equal((await lite('download.getInfo', { file_id: blocked })).status, 'ok');
  });

  it('are open to the team where their owner says so', async () => {
    const [ann, bob] = [await askingAs(service, 'ann@example.com'), await askingAs(service, 'bob@example.com')];
    const { id } = await addFile(service.state, service.state.accounts.get('ann@example.com'), 'a', 'a', { password: 'p' });
    assert.equal((await bob('files.getInfo', { file_id: id })).code, 9);
    assert.equal((await ann('files.setInfo', { file_id: id, business_shared: '1' })).one('file').attributes['business_shared'], '1');
    const { attributes } = (await bob('files.getInfo', { file_id: id })).one('file');
    assert.deepEqual(
      ['business_shared', 'not_owned', 'delete_url', 'password'].map((name) => attributes[name]),
      ['1', '1', undefined, undefined],
    );
    assert.match(attributes['direct_download_url'] ?? '', /\/dl\/\w+\/\w+\/\w+\/a$/);
    assert.equal((await bob('files.setInfo', { file_id: id, name: 'b' })).code, 11);
    assert.equal((await bob('files.delete', { file_id: id })).code, 11);
    await ann('files.setInfo', { file_id: id, business_shared: '0' });
    assert.equal((await bob('files.getInfo', { file_id: id })).code, 9);
    const nested = (
      await ann('folders.create', {
        name: 'deep',
        parent_folder_id: (await ann('folders.create', { name: 'top' })).one('folder').attributes['id'] ?? '',
      })
    ).one('folder');
    assert.equal((await ann('files.setInfo', { file_id: id, folder_id: nested.attributes['id'] ?? '', business_shared: '1' })).code, 11);
  });
});

describe('downloads of sendspace', () => {
  it('are given by id and by every form of a link', async () => {
    const id = await file('ä b.txt', 'download me');
    for (const given of [
      id,
      `http://sendspace.com/file/${id}`,
      `https://www.sendspace.com/file/${id}`,
      `https://www.sendspace.com/pro/dl/${id}`,
      `${service.siteUrl}/file/${id}`,
    ]) {
      const { attributes } = (await lite('download.getInfo', { file_id: given })).one('download');
      assert.deepEqual([attributes['file_id'], attributes['name'], attributes['file_size']], [id, 'ä b.txt', '11']);
      const response = await fetch(attributes['url'] ?? '');
      assert.match(response.headers.get('content-disposition') ?? '', /^attachment; filename\*=UTF-8''%C3%A4%20b\.txt$/);
      assert.equal(await response.text(), 'download me');
    }
    assert.equal((await lite('files.getInfo', { file_id: id })).one('file').attributes['downloads'], '5');
    assert.equal((await lite('download.getInfo', { file_id: 'http://example.com/file/abcdef' })).code, 26);
    assert.equal((await lite('download.getInfo', { file_id: 'nobody' })).code, 9);
  });

  it('give a range, and end with their link', async () => {
    const url = (await lite('download.getInfo', { file_id: await file('a', '0123456789') })).one('download').attributes['url'] ?? '';
    const get = async (range: string): Promise<unknown[]> => {
      const response = await fetch(url, { headers: { range } });
      return [response.status, response.headers.get('content-range'), await response.text()];
    };
    assert.deepEqual(await get('bytes=2-4'), [206, 'bytes 2-4/10', '234']);
    assert.deepEqual(await get('bytes=8-'), [206, 'bytes 8-9/10', '89']);
    assert.deepEqual(await get('bytes=10-'), [416, 'bytes */10', '']);
    service.knobs.ranges = false;
    assert.deepEqual(await get('bytes=2-4'), [200, null, '0123456789']);
    service.state.pass(service.knobs.downloadUrlLifetime + 1);
    assert.equal((await fetch(url)).status, 404);
  });

  it('need a password, bandwidth and a membership', async () => {
    const id = await file('a', '0123456789', { password: 'p' });
    const code = async (given: Record<string, string> = { password: 'p' }): Promise<number> =>
      (await lite('download.getInfo', { file_id: id, ...given })).code;
    assert.deepEqual([await code({}), await code({ password: 'wrong' }), await code()], [22, 22, 0]);
    owner.bandwidthLeft = 15;
    await fetch((await lite('download.getInfo', { file_id: id, password: 'p' })).one('download').attributes['url'] ?? '');
    assert.deepEqual([owner.bandwidthLeft, await code()], [5, 23]);
    owner.membershipEnds = 0;
    assert.equal(await code(), 19);
    service.knobs.refuse('*', 12);
    assert.equal(await code(), 12);
  });

  it('are on a page for everybody, who types the password', async () => {
    const id = await file('p <b>.txt', 'page', { password: 'p' });
    const page = `${service.siteUrl}/file/${id}`;
    assert.doesNotMatch(await (await fetch(page)).text(), /download_button/);
    const opened = await (await fetch(page, { method: 'POST', body: new URLSearchParams({ filepassword: 'p' }) })).text();
    assert.match(opened, /class="bgray"><b>p &lt;b&gt;\.txt<\/b>/);
    assert.equal(await (await fetch(/id="download_button" href="([^"]+)"/.exec(opened)?.[1] ?? '')).text(), 'page');
    assert.match(
      await (await fetch(`${service.siteUrl}/file/nobody`)).text(),
      /class="msg error">Sorry, the file you requested is not available/,
    );
  });

  it('end by the link to delete: a form, or a yes in the query', async () => {
    for (const yes of [(url: string) => fetch(url, { method: 'POST', body: new FormData() }), (url: string) => fetch(`${url}?action=1`)]) {
      const id = await file();
      const link = (await lite('files.getInfo', { file_id: id })).one('file').attributes['delete_url'] ?? '';
      assert.match(await (await fetch(`${link.slice(0, -1)}x`)).text(), /deletion code you provided is incorrect/);
      const asked = await (await fetch(link)).text();
      assert.match(asked, /You are about to delete the folowing file/);
      assert.ok(service.state.files.has(id));
      assert.match(await (await yes(/action="([^"]+)"/.exec(asked)?.[1] ?? '')).text(), /file has been successfully deleted/);
      assert.equal(service.state.files.has(id), false);
    }
  });
});

describe('folders of sendspace', () => {
  it('hold files and folders, the root under 0', async () => {
    const [inner, id] = [await folder('inner', { shared: '1' }), await file('at root.txt')];
    const root = await lite('folders.getContents', { folder_id: '0' });
    assert.deepEqual(summary(root, 'name'), ['folder:docs', 'folder:inner', 'file:at root.txt']);
    assert.equal(root.one('file').attributes['folder_id'], '0');
    const deep = await folder('deep', { parent_folder_id: inner });
    await lite('files.moveToFolder', { file_id: id, folder_id: inner });
    const { attributes } = (await lite('folders.getInfo', { folder_id: inner })).one('folder');
    assert.deepEqual(attributes, {
      id: inner, name: 'inner', shared: '1', public_url: `${service.siteUrl}/folder/${inner}`, rss_url: `${service.siteUrl}/rss/${inner}`,
      parent_folder_id: '0', total_files: '1', total_size: '4', total_folders: '1',
    }); // prettier-ignore
    const all = await lite('folders.getAll');
    assert.deepEqual(
      all.told.map(({ attributes: { id: of, parent_folder_id: parent } }) => [of, parent]).filter(([of]) => of === '0' || of === deep),
      [
        ['0', '0'],
        [deep, inner],
      ],
    );
    assert.equal((await lite('folders.getContents', { folder_id: 'nobody' })).code, 10);
    assert.equal((await lite('folders.getInfo', { folder_id: 'nobody' })).code, 10);
    assert.equal((await lite('folders.create', { name: 'x', parent_folder_id: 'nobody' })).code, 10);
    assert.equal((await lite('folders.create', { name: 'x', shared: '2' })).code, 21);
  });

  it('change their name, place and openness', async () => {
    const [one, two] = [await folder('one'), await folder('two')];
    const { attributes } = (await lite('folders.setInfo', { folder_id: two, name: 'three', shared: '1', parent_folder_id: one })).one(
      'folder',
    );
    assert.deepEqual(
      ['name', 'shared', 'parent_folder_id'].map((name) => attributes[name]),
      ['three', '1', one],
    );
    assert.equal((await lite('folders.setInfo', { folder_id: one, parent_folder_id: two })).code, 31);
    assert.equal((await lite('folders.setInfo', { folder_id: '0', name: 'x' })).code, 11);
    assert.equal(
      (await lite('folders.setInfo', { folder_id: two, shared: '', parent_folder_id: '' })).one('folder').attributes['shared'],
      '0',
    );
    const moved = await lite('folders.move', { folder_id: `${two},nobody,${one}`, parent_folder_id: one });
    assert.deepEqual([moved.status, summary(moved)], ['ok', [`id:${two}`, `folder:${two}`, 'error:nobody', `error:${one}`]]);
    assert.deepEqual(
      moved.all('error').map(({ attributes: { code } }) => code),
      ['10', '31'],
    );
    assert.equal((await lite('folders.move', { folder_id: two, parent_folder_id: '0' })).status, 'ok');
  });

  it('are deleted with all that is in them, where the service does that', async () => {
    const outer = await folder('outer');
    const id = await file('in', 'in', { folderId: await folder('inner', { parent_folder_id: outer }) });
    service.knobs.deletesFullFolders = false;
    assert.equal((await lite('folders.delete', { folder_id: outer })).code, 14);
    service.knobs.deletesFullFolders = true;
    assert.deepEqual(summary(await lite('folders.delete', { folder_id: `${outer},0` })), [`id:${outer}`, `folder:${outer}`, 'error:0']);
    assert.equal(service.state.files.has(id), false);
  });

  it('show to others what is shared, in fewer words', async () => {
    const [open, closed] = [await folder('open', { shared: '1' }), await folder('closed')];
    const inner = await folder('inner', { shared: '1', parent_folder_id: open });
    await folder('hidden', { parent_folder_id: open });
    await file('f.txt', 'f', { folderId: open, uploaded: Date.UTC(2026, 6, 1, 12) });
    const pro = await askingAs(service, 'pro@example.com');
    for (const folder_id of [open, `${service.siteUrl}/folder/${open}`, `https://www.sendspace.com/folder/${open}`]) {
      const shown = await pro('folders.getShared', { folder_id });
      assert.deepEqual(summary(shown), [`current:${open}`, `folder:${inner}`, `file:${shown.one('file').attributes['id'] ?? ''}`]);
      assert.deepEqual(Object.keys(shown.one('file').attributes), ['id', 'name', 'description', 'folder_id', 'upload_time', 'file_size']);
      assert.equal(shown.one('file').attributes['upload_time'], '2026/07/01 07:00:00');
    }
    assert.equal((await pro('folders.getShared', { folder_id: closed })).code, 33);
    assert.equal((await lite('folders.getShared', { folder_id: closed })).status, 'ok');
    assert.equal((await pro('folders.getContents', { folder_id: open })).code, 10);
    assert.match(await (await fetch(`${service.siteUrl}/folder/${open}`)).text(), /title="f\.txt"/);
    assert.match(await (await fetch(`${service.siteUrl}/rss/${open}`)).text(), /<title>f\.txt<\/title>/);
    assert.match(await (await fetch(`${service.siteUrl}/folder/${closed}`)).text(), /msg error/);
  });

  it('of a team stand at the root of each, to be read', async () => {
    const [ann, bob] = [await askingAs(service, 'ann@example.com'), await askingAs(service, 'bob@example.com')];
    const id = (await ann('folders.create', { name: 'ours' })).one('folder').attributes['id'] ?? '';
    Object.assign(service.state.folders.get(id)!, { businessShared: true, password: 'p' });
    assert.equal((await ann('folders.getInfo', { folder_id: id })).one('folder').attributes['folder_password'], 'p');
    const seen = (await bob('folders.getContents', { folder_id: '0' })).one('folder').attributes;
    assert.deepEqual([seen['id'], seen['not_owned'], seen['business_shared'], seen['folder_password']], [id, '1', '1', undefined]);
    assert.equal((await bob('folders.setInfo', { folder_id: id, name: 'mine' })).code, 11);
    assert.equal((await bob('folders.create', { name: 'x', parent_folder_id: id })).code, 11);
    assert.ok(summary(await bob('folders.getAll')).includes(`folder:${id}`));
  });
});

describe('mail of sendspace', () => {
  it('brings links to files, with a message', async () => {
    const ids = [await file('a'), await file('b')];
    const sent = await lite('files.sendMail', { file_id: ids.join(','), emails: 'a@example.com,b@example.com', message: 'hi & bye' });
    assert.equal(sent.one('id').text, ids.join(','));
    const links = ids.map((id) => `${service.siteUrl}/file/${id}`);
    assert.deepEqual(service.state.mails, [
      { kind: 'files', from: 'lite@example.com', to: ['a@example.com', 'b@example.com'], message: 'hi & bye', links },
    ]);
    const code = async (given: Record<string, string>): Promise<number> =>
      (await lite('files.sendMail', { file_id: ids[0] ?? '', emails: 'a@example.com', ...given })).code;
    service.knobs.maxRecipients = 2;
    assert.deepEqual(
      [
        await code({ emails: 'nobody' }),
        await code({ emails: 'a@example.com,nobody' }),
        await code({ file_id: 'nobody' }),
        await code({ emails: 'a@b.c,d@e.f,g@h.i' }),
      ],
      [24, 24, 9, 21],
    );
    assert.equal(service.state.mails.length, 1);
  });

  it('brings the bytes themselves for accounts that pay', async () => {
    const pro = await askingAs(service, 'pro@example.com');
    const { id } = await addFile(service.state, service.state.accounts.get('pro@example.com'), 'a', 'direct');
    for (const [direct_link, links] of [
      ['1', /\/dl\//],
      ['0', /\/file\//],
    ] as const) {
      await pro('files.sendMail', { file_id: id, emails: 'a@example.com', direct_link });
      assert.match(service.state.mails.at(-1)?.links[0] ?? '', links);
    }
    await lite('files.sendMail', { file_id: await file(), emails: 'a@example.com', direct_link: '1' });
    assert.match(service.state.mails.at(-1)?.links[0] ?? '', /\/file\//);
  });

  it('brings links to folders', async () => {
    const id = await folder('sent');
    assert.equal((await lite('folders.sendMail', { folder_id: id, emails: 'a@example.com', message: 'm' })).one('id').text, id);
    assert.deepEqual([service.state.mails[0]?.links, service.state.mails[0]?.message], [[`${service.siteUrl}/folder/${id}`], 'm']);
    assert.equal((await lite('folders.sendmail', { folder_id: id, emails: '' })).code, 4);
    const failed = await lite('folders.sendMail', { folder_id: id, emails: 'x' });
    assert.deepEqual([failed.code, failed.one('id').text], [24, id]);
    assert.equal((await lite('folders.sendMail', { folder_id: 'nobody', emails: 'a@example.com' })).code, 10);
  });

  it('is sent for people without an account, under the address that they give', async () => {
    const { id } = await addFile(service.state, undefined, 'a', 'a');
    const anonymous = asking(service, CLIENT);
    const given = { file_id: id, sender_email: 'me@example.com', emails: 'a@example.com', message: 'from me', app_version: '1' };
    const sent = await anonymous('anonymous.filesSendMail', given);
    assert.deepEqual([sent.one('status').text, sent.one('id').text], ['ok', id]);
    assert.deepEqual(service.state.mails, [
      { kind: 'files', from: 'me@example.com', to: ['a@example.com'], message: 'from me', links: [`${service.siteUrl}/file/${id}`] },
    ]);
    const code = async (wrong: Record<string, string>): Promise<number> =>
      (await anonymous('anonymous.filesSendMail', { ...given, ...wrong })).code;
    assert.deepEqual(
      [await code({ sender_email: 'me' }), await code({ emails: 'x' }), await code({ file_id: 'nobody' }), await code({ emails: '' })],
      [24, 24, 9, 4],
    );
  });
});

describe('the address book of sendspace', () => {
  const contact = { email: 'new@example.com', name: 'New', description: 'friend', type: '1' };

  it('lists, adds, changes and deletes', async () => {
    assert.deepEqual((await lite('addressbook.add', contact)).one('contact').attributes, contact);
    assert.deepEqual(summary(await lite('addressbook.list'), 'email'), ['contact:friend@example.com', 'contact:new@example.com']);
    const changed = await lite('addressbook.update', { email: 'new@example.com', name: 'Newer', description: '' });
    assert.deepEqual(changed.one('contact').attributes, { ...contact, name: 'Newer', description: '' });
    const removed = await lite('addressbook.delete', { email: 'new@example.com,none@example.com' });
    assert.deepEqual([removed.status, removed.one('email').text, removed.one('error').attributes['code']], ['ok', 'new@example.com', '29']);
    assert.deepEqual(summary(await lite('addressbook.list'), 'email'), ['contact:friend@example.com']);
  });

  it('refuses who is there, who is not, who is nobody, and one too many', async () => {
    const code = async (method: string, given: Record<string, string>): Promise<number> => (await lite(method, given)).code;
    assert.equal(await code('addressbook.add', { email: 'Friend@example.com' }), 28);
    assert.equal(await code('addressbook.add', { email: 'nobody' }), 24);
    assert.equal(await code('addressbook.add', { ...contact, type: '2' }), 21);
    assert.equal(await code('addressbook.update', { email: 'none@example.com' }), 29);
    assert.equal(await code('addressbook.delete', { email: 'none@example.com' }), 29);
    service.knobs.contactsLimit = 1;
    assert.equal(await code('addressbook.add', contact), 32);
    assert.equal((await (await askingAs(service, 'pro@example.com'))('addressbook.list')).told.length, 0);
  });
});
