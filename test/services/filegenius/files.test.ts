import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { asking, type Ask } from './asking.js';
import { startFileGenius, type FileGenius } from './filegenius.js';
import { addFile, credentialsOf } from './seed.js';
import { sign } from './signatures.js';

let service: FileGenius;
let boss: Ask;
let designer: Ask;

beforeEach(async () => {
  service = await startFileGenius();
  boss = asking(service, 'boss');
  designer = asking(service, 'designer');
});

afterEach(() => service.close());

const WORKSPACE = '/Designers_workspace/';
const NO_ACCESS = 'You do not have access privileges for this location';

const idAt = (path: string): number => service.state.find(path)!.id;
const list = async (ask: Ask, path: string, more: Record<string, string | number> = {}): Promise<Record<string, unknown>[]> =>
  (await ask.get('file_list', { path, ...more })).body['files'] as Record<string, unknown>[];
const namesOf = async (ask: Ask, path: string, more: Record<string, string | number> = {}): Promise<unknown[]> =>
  (await list(ask, path, more)).map(({ name }) => name);

describe('file_upload', () => {
  it('keeps a file byte for byte, with its comment and tag', async () => {
    const { body } = await designer.upload(WORKSPACE, 'größe 💡.txt', 'bytes', { comment: 'first', file_id_tag: 'T-1' });
    const path = `${WORKSPACE}größe 💡.txt`;
    assert.deepEqual(body, { fileId: idAt(path), path: WORKSPACE, fileName: 'größe 💡.txt', fileSize: 5 });
    const { comment, fileIdTag, username } = service.state.file(path);
    assert.deepEqual([comment, fileIdTag, username], ['first', 'T-1', 'designer']);
    assert.equal(Buffer.from(await service.state.bytes(path)).toString(), 'bytes');
    assert.equal((await designer.upload(WORKSPACE, 'empty', '')).body['fileSize'], 0);
  });

  it('refuses a name that is taken, or replaces what is there', async () => {
    assert.equal((await designer.upload(WORKSPACE, 'hello.txt', 'new')).title, 'File Cannot Be Overridden');
    assert.equal(Buffer.from(await service.state.bytes(`${WORKSPACE}hello.txt`)).toString(), 'hello, ferry');
    const { body } = await designer.upload(WORKSPACE, 'hello.txt', 'new', { overwrite: 1 });
    assert.equal(body['fileId'], idAt(`${WORKSPACE}hello.txt`));
    assert.equal(Buffer.from(await service.state.bytes(`${WORKSPACE}hello.txt`)).toString(), 'new');
    assert.equal((await designer.upload(WORKSPACE, 'Drafts', 'x', { overwrite: 1 })).title, 'File Cannot Be Overridden');
  });

  it('takes out of a name what names may not have', async () => {
    assert.equal((await designer.upload(WORKSPACE, 'a:b*c?.txt', 'x')).body['fileName'], 'abc.txt');
    assert.equal((await designer.upload(WORKSPACE, 'say "hi".txt', 'x')).body['fileName'], 'say %22hi%22.txt');
    assert.equal((await designer.upload(WORKSPACE, '???', 'x')).title, 'Invalid Parameter');
  });

  it('wants a path with a slash at either end, encoded once more or not, where the caller may put files', async () => {
    const encoded = encodeURIComponent(`${WORKSPACE}Drafts/`);
    assert.equal((await designer.upload(encoded, 'new.txt', 'x')).body['path'], `${WORKSPACE}Drafts/`);
    for (const path of ['Designers_workspace/', '/Designers_workspace', '/none/', `${WORKSPACE}hello.txt/`]) {
      assert.equal((await designer.upload(path, 'new.txt', 'x')).title, NO_ACCESS, path);
    }
    assert.equal((await asking(service, 'reader').upload(WORKSPACE, 'new.txt', 'x')).title, NO_ACCESS);
    assert.equal((await designer.upload('/', 'new.txt', 'x')).title, NO_ACCESS);
    assert.equal((await designer.upload('/Archive/', 'new.txt', 'x')).title, NO_ACCESS);
    assert.equal((await boss.upload('/', 'new.txt', 'x')).body['path'], '/');
  });

  it('refuses what is too large or has no room, and keeps nothing of it', async () => {
    service.knobs.maxFileSize = 5;
    assert.equal((await designer.upload(WORKSPACE, 'new.txt', '123456')).title, 'File Too Large');
    service.knobs.maxFileSize = Infinity;
    service.knobs.storageLimit = 25;
    assert.equal((await designer.upload(WORKSPACE, 'new.txt', '123456')).title, 'Storage Limit Exceeded');
    assert.equal(service.state.find(`${WORKSPACE}new.txt`), undefined);
    assert.equal((await designer.upload(WORKSPACE, 'new.txt', '12')).title, undefined);
  });

  it('reads only the fields that stand before the file', async () => {
    const { apiKey, secret } = credentialsOf('boss');
    const fields = {
      api_key: apiKey,
      path: '/',
      timestamp: String(Math.floor(Date.now() / 1000)),
      signature: sign(secret, `${service.url}/api/file_upload`),
    };
    const send = async (order: 'before' | 'after'): Promise<string> => {
      const form = new FormData();
      if (order === 'after') form.append('file', new Blob(['x']), 'x');
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      if (order === 'before') form.append('file', new Blob(['x']), 'x');
      return (await fetch(`${service.url}/api/file_upload`, { method: 'POST', body: form })).text();
    };
    assert.match(await send('after'), /Authentication Failed/);
    assert.match(await send('before'), /fileInfo/);
  });

  it('writes a large form to the disk as it comes, wherever it is cut', async () => {
    const { apiKey, secret } = credentialsOf('boss');
    const bytes = Buffer.alloc(3_000_000, 'one and two\r\n--three');
    const field = (name: string, value: string): string =>
      `--three-four\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const form = Buffer.concat([
      Buffer.from(
        [
          field('path', '/'),
          field('api_key', apiKey),
          field('timestamp', String(Math.floor(Date.now() / 1000))),
          field('signature', sign(secret, `${service.url}/api/file_upload`)),
          '--three-four\r\nContent-Disposition: form-data; name="file"; filename="a \\"b\\".bin"\r\nContent-Type: x/y\r\n\r\n',
        ].join(''),
      ),
      bytes,
      Buffer.from('\r\n--three-four--\r\n'),
    ]);
    const post = (body: Buffer, length: number): Promise<string> =>
      new Promise((resolve, reject) => {
        const sent = request(`${service.url}/api/file_upload`, {
          method: 'POST',
          headers: { 'content-type': 'multipart/form-data; boundary=three-four', 'content-length': length },
        });
        sent.on('error', reject).on('response', (incoming) => {
          incoming.on('data', (chunk: Buffer) => resolve(chunk.toString())).on('error', reject);
        });
        for (let at = 0; at < body.length; at += 65_521) sent.write(body.subarray(at, at + 65_521));
        if (body.length < length) sent.write('', () => setImmediate(() => sent.destroy()));
        else sent.end();
      });
    assert.match(await post(form, form.length), /"fileName":"a b.bin","fileSize":3000000/);
    assert.equal(await service.state.sha256('/a b.bin'), createHash('sha256').update(bytes).digest('hex'));
    await assert.rejects(post(form.subarray(0, 2_000_000), form.length));
    assert.equal(service.state.root.items.filter(({ type }) => type === 'file').length, 1);
  });

  it('has happened when its answer is lost, and has not when the request is cut', async () => {
    service.knobs.next(/file_upload/, 'lost-answer');
    await assert.rejects(designer.upload(WORKSPACE, 'lost.txt', 'x'), TypeError);
    assert.equal(await service.state.sha256(`${WORKSPACE}lost.txt`), createHash('sha256').update('x').digest('hex'));
    service.knobs.next(/file_upload/, 'cut');
    await assert.rejects(designer.upload(WORKSPACE, 'cut.txt', 'x'), TypeError);
    assert.equal(service.state.find(`${WORKSPACE}cut.txt`), undefined);
  });
});

describe('file_list', () => {
  it('shows an item with all that the documents show, and what may be done in the location', async () => {
    service.state.file(`${WORKSPACE}hello.txt`).modified = new Date('2013-06-19T16:57:40.500Z');
    const { body } = await designer.get('file_list', { path: WORKSPACE, sort_by: 'name_asc' });
    const [drafts, hello] = body['files'] as Record<string, unknown>[];
    assert.equal(drafts?.['type'], 'folder');
    assert.deepEqual(Object.keys(hello ?? {}), [
      ...['id', 'name', 'type', 'size', 'formattedSize', 'path', 'formattedModDate', 'modDate', 'jobNumber', 'workspaceId'],
      ...['username', 'fileComments', 'scheduledDelete', 'restricted'],
    ]);
    assert.deepEqual(
      [hello?.['name'], hello?.['type'], hello?.['size'], hello?.['path'], hello?.['jobNumber'], hello?.['workspaceId']],
      ['hello.txt', 'file', 12, WORKSPACE, '0', idAt(WORKSPACE)],
    );
    assert.deepEqual([hello?.['modDate'], hello?.['formattedModDate']], [1_371_661_060, '6/19/13, 4:57 pm UTC']);
    assert.deepEqual([body['path'], body['totalFiles'], body['filesInPage'], body['maxFilesPage']], [WORKSPACE, 2, 2, 50]);
    const settings = body['userSettings'] as Record<string, unknown>;
    assert.equal(Object.keys(settings).length, 14);
    assert.deepEqual([settings['admin'], settings['sendFiles'], settings['subAdmin']], [0, 1, 0]);
  });

  it('turns pages of 50, in the order that is asked for', async () => {
    for (let number = 0; number < 120; number++) {
      await addFile(service.state, `many/${String(number).padStart(3, '0')}`, 'x'.repeat(number % 7));
    }
    assert.equal((await list(boss, '/many/'))[0]?.['name'], '119');
    const pages = await Promise.all([1, 2, 3, 4].map((current_page) => namesOf(boss, '/many/', { current_page, sort_by: 'name_asc' })));
    assert.deepEqual(
      pages.map(({ length }) => length),
      [50, 50, 20, 0],
    );
    assert.deepEqual(
      pages.flat(),
      Array.from({ length: 120 }, (_, number) => String(number).padStart(3, '0')),
    );
    assert.equal((await list(boss, '/many/', { sort_by: 'size_desc' }))[0]?.['size'], 6);
    assert.equal((await boss.get('file_list', { path: '/many/', sort_by: 'color_asc' })).title, 'Invalid Parameter');
    await addFile(service.state, 'many/z/inner', 'x');
    service.knobs.foldersFirst = true;
    assert.equal((await namesOf(boss, '/many/', { sort_by: 'name_asc' }))[0], 'z');
  });

  it('shows everybody what they have access to', async () => {
    assert.deepEqual(await namesOf(boss, '/', { sort_by: 'name_asc' }), ['Archive', 'Designers_workspace']);
    assert.deepEqual(await namesOf(asking(service, 'reader'), '/'), ['Designers_workspace']);
    assert.deepEqual(await namesOf(asking(service, 'stranger'), '/'), []);
    assert.equal((await asking(service, 'stranger').get('file_list', { path: WORKSPACE })).title, NO_ACCESS);
  });

  it('comes as XML too', async () => {
    await addFile(service.state, `${WORKSPACE.slice(1)}a & <b>.txt`, 'x');
    const { text } = await designer.get('file_list.xml', { path: WORKSPACE, sort_by: 'name_asc' });
    assert.match(text, /^<\?xml.*\?>\n<fileList><path>\/Designers_workspace\/<\/path><totalFiles>3<\/totalFiles>.*<files><file><id>/);
    assert.match(text, /<name>a &amp; &lt;b&gt;\.txt<\/name>.*<\/file><\/files><userSettings><admin>0<\/admin>/);
  });
});

describe('searches', () => {
  it('find names in a location and below, and anything on the whole site', async () => {
    await designer.upload(WORKSPACE, 'plan.PDF', '12345', { comment: 'for the fair', file_id_tag: 'T-2' });
    await addFile(service.state, 'Archive/plan.txt', '123');
    const found = async (method: string, fields: Record<string, string | number>, ask = boss): Promise<unknown[]> =>
      ((await ask.get(method, { sort: 'name_asc', ...fields })).body['files'] as Record<string, unknown>[]).map(
        ({ path, name }) => `${String(path)}${String(name)}`,
      );
    assert.deepEqual(await found('file_search_location', { path: WORKSPACE, search_criteria: 'é' }), [`${WORKSPACE}Drafts/2026 é.txt`]);
    service.knobs.searchesBelow = false;
    assert.deepEqual(await found('file_search_location', { path: WORKSPACE, search_criteria: 'é' }), []);
    assert.deepEqual(await found('file_search_site', { file_name: 'plan' }), [`${WORKSPACE}plan.PDF`, '/Archive/plan.txt']);
    assert.deepEqual(await found('file_search_site', { file_name: 'plan' }, asking(service, 'reader')), [`${WORKSPACE}plan.PDF`]);
    for (const one of [
      { file_extension: 'pdf' },
      { file_comment: 'fair' },
      { file_id_tag: 'T-2' },
      { file_name: 'plan', size_high: 5, file_type: 1, file_extension: 'pdf' },
    ]) {
      assert.deepEqual(await found('file_search_site', one), [`${WORKSPACE}plan.PDF`]);
    }
    assert.deepEqual(await found('file_search_site', { file_type: 0, file_name: 'ra' }), [`${WORKSPACE}Drafts`]);
    assert.deepEqual(await found('file_search_site', { date_start: 4_000_000_000 }), []);
    assert.equal((await found('file_search_site', { date_end: 4_000_000_000, size_high: 1, size_high_unit: 'KB' })).length, 8);
    assert.equal((await boss.get('file_search_site')).title, 'Missing Parameter');
  });
});

describe('file_download', () => {
  it('gives the bytes, with the name in one of two headers', async () => {
    const file_id = idAt(`${WORKSPACE}Drafts/2026 é.txt`);
    const first = await designer.get('file_download', { file_id });
    assert.equal(first.text, 'figures');
    assert.equal(first.headers.get('content-disposition'), `attachment; filename="2026 _.txt"; filename*=UTF-8''2026%20%C3%A9.txt`);
    service.knobs.nameHeader = 'file-name';
    const second = await designer.get('file_download', { file_id });
    assert.deepEqual([second.headers.get('file-name'), second.headers.get('content-disposition')], ['2026%20%C3%A9.txt', null]);
    const ranged = async (): Promise<[number, string]> => {
      const response = await fetch(designer.urlOf('file_download', { file_id }), { headers: { range: 'bytes=1-3' } });
      return [response.status, await response.text()];
    };
    assert.deepEqual(await ranged(), [200, 'figures']);
    service.knobs.ranges = true;
    assert.deepEqual(await ranged(), [206, 'igu']);
    assert.equal((await designer.get('file_download', { file_id: idAt(WORKSPACE) })).title, 'Invalid Parameter');
    assert.equal((await asking(service, 'stranger').get('file_download', { file_id })).title, NO_ACCESS);
    assert.equal((await designer.get('file_download', { file_id: 1 })).title, NO_ACCESS);
  });
});

describe('changes', () => {
  it('make folders', async () => {
    const { body } = await designer.send('POST', 'create_folder', { folder_path: WORKSPACE, folder_name: 'New?' });
    assert.deepEqual(body, {
      folder_id: idAt(`${WORKSPACE}New`),
      folder_name: 'New',
      folder_path: WORKSPACE,
      workspace_id: String(idAt(WORKSPACE)),
    });
    assert.equal(
      (await designer.send('POST', 'create_folder', { folder_path: WORKSPACE, folder_name: 'New' })).title,
      'Cannot create folder',
    );
    assert.equal((await designer.send('POST', 'create_folder', { folder_path: '/Archive/', folder_name: 'New' })).title, NO_ACCESS);
  });

  it('rename, by a verb that differs between the brands', async () => {
    const file_id = idAt(`${WORKSPACE}hello.txt`);
    const { body } = await designer.send('PUT', 'file_rename', { file_id, new_name: 'by*e.txt' });
    assert.deepEqual(body, { fileId: file_id, path: WORKSPACE, fileName: 'bye.txt', workspaceName: 'Designers_workspace' });
    assert.equal(
      (await designer.send('PUT', 'file_rename', { file_id, new_name: 'Drafts' })).title,
      'Please enter a file name that does not already exist.',
    );
    assert.equal((await asking(service, 'reader').send('PUT', 'file_rename', { file_id, new_name: 'x' })).title, NO_ACCESS);
  });

  it('move into a folder, over what is there only when told, and never into themselves', async () => {
    const file_id = idAt(`${WORKSPACE}hello.txt`);
    const to = { file_id, destination_path: `${WORKSPACE}Drafts/` };
    await addFile(service.state, 'Designers_workspace/Drafts/hello.txt', 'other');
    assert.equal((await designer.send('POST', 'file_move', to)).title, 'File Cannot Be Overridden');
    const { body } = await designer.send('POST', 'file_move', { ...to, overwrite: 1 });
    assert.deepEqual(body, { fileId: file_id, path: `${WORKSPACE}Drafts/`, fileName: 'hello.txt', workspaceName: 'Designers_workspace' });
    assert.equal(Buffer.from(await service.state.bytes(`${WORKSPACE}Drafts/hello.txt`)).toString(), 'hello, ferry');
    const drafts = idAt(`${WORKSPACE}Drafts`);
    assert.equal(
      (await designer.send('POST', 'file_move', { file_id: drafts, destination_path: `${WORKSPACE}Drafts/` })).title,
      'Invalid Parameter',
    );
  });

  it('delete, with what lies below', async () => {
    const file_id = idAt(`${WORKSPACE}Drafts`);
    assert.equal((await asking(service, 'reader').send('DELETE', 'file_delete', { file_id })).title, NO_ACCESS);
    assert.deepEqual((await designer.send('DELETE', 'file_delete', { file_id })).body, {
      fileId: file_id,
      path: WORKSPACE,
      fileName: 'Drafts',
    });
    assert.deepEqual(await namesOf(designer, WORKSPACE), ['hello.txt']);
    assert.equal((await designer.send('DELETE', 'file_delete', { file_id })).title, NO_ACCESS);
  });
});

describe('what may be done', () => {
  it('is told by itself, and is null for administrators', async () => {
    const told = async (ask: Ask): Promise<Record<string, unknown>> =>
      (await ask.get('user_permissions_location', { path: WORKSPACE })).body;
    const mine = await told(asking(service, 'insider'));
    assert.deepEqual([mine['sendFiles'], mine['sendFilesNonUser'], mine['subAdmin'], Object.keys(mine).length], [1, 0, 1, 15]);
    assert.deepEqual([(await told(boss))['sendFiles'], (await told(boss))['admin']], [null, 1]);
  });
});
