import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Backend } from '../../src/backend/backend.js';
import { toBackendError } from '../../src/backend/errors.js';
import { ROOT } from '../../src/backend/item.js';
import type { Conflict, PartTarget, Ticket, UploadedPart } from '../../src/backend/upload.js';
import { memoryStore } from '../../src/relay/store.js';
import { encoded, noise, put, Refused, send } from '../contract/bytes.js';
import { rejects } from '../contract/witness.js';
import { ticketOf, wire } from '../relay/wire.js';
import { addFile } from '../services/sendspace/seed.js';
import { addFolder } from '../services/sendspace/folders.js';
import { NODES } from '../services/sendspace/turns.js';
import { ground, type Ground } from './sendspace.ground.js';

let here: Ground;

beforeEach(async () => {
  here = await ground();
});

afterEach(() => here.service.close());

const whole = (size: number) => ({ number: 1, start: 0, end: size });

/** Opens an upload of a file. */
const open = async (backend: Backend, name: string, size: number, conflict: Conflict = 'ask', folder = ROOT): Promise<Ticket> =>
  (await ticketOf(backend.init({ name, size, type: '' }, { folder, conflict }))).ticket;

/** Brings a whole file, and answers the item. */
async function bring(backend: Backend, name: string, text: string, folder = ROOT) {
  const bytes = encoded(text);
  const sent = await put(backend, await open(backend, name, bytes.length, 'ask', folder), whole(bytes.length), bytes);
  const completed = await backend.complete(sent.ticket, [sent.uploaded], {});
  assert.ok('item' in completed);
  return completed.item;
}

/** Asks again where a connection broke, as the queue does: whoever refuses a body that is still coming may close it. */
async function firmly<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (toBackendError(error).code !== 'offline' || tries === 3) throw error;
    }
  }
}

/** Sends a part as the queue does: after a failure the backend is asked whether it is there, then where to send it now. */
async function persist(
  backend: Backend,
  ticket: Ticket,
  bytes: Uint8Array,
): Promise<{ part: UploadedPart; ticket: Ticket; urls: string[] }> {
  const urls: string[] = [];
  let doubtful = false;
  for (let tries = 0; tries < 4; tries++) {
    const there = doubtful ? (await firmly(() => backend.parts(ticket))).parts[0] : undefined;
    if (there) return { part: there, ticket, urls };
    const target = await firmly(() => backend.part(ticket, whole(bytes.length)));
    ticket = target.ticket ?? ticket;
    urls.push(target.url);
    try {
      return { part: await send(target, whole(bytes.length), bytes), ticket, urls };
    } catch (error) {
      if (error instanceof Refused && error.status < 500) throw error;
      doubtful = true;
    }
  }
  return assert.fail('it never arrived');
}

/** Puts the node down that the next form would go to. */
const nextNodeDown = (): void => {
  const last = [...here.service.state.uploads.values()].at(-1)?.node;
  here.service.knobs.nodesDown = NODES.filter((node) => node !== last);
};

const files = () => [...here.service.state.files.values()];
const lastForm = () => here.service.state.forms.at(-1);

describe('the form that brings a file to an account', () => {
  it('holds all that the service wants, and all that was said to go with every file', async () => {
    const { service, owner } = here;
    const folder = addFolder(service, owner, 'in');
    const form = {
      description: 'what it is',
      password: 'opens it',
      recipients: ['a@example.com', 'b@example.com'],
      message: 'have a look',
      notify: true,
      speedLimit: 9000,
    };
    const name = "100% é “difficult” 'name' & <more>.txt";
    const item = await bring(here.as({ form }), name, 'bytes', { id: `folder/${folder.id}` });
    const [file] = files();
    assert.deepEqual(
      [file?.name, file?.description, file?.password, file?.folderId, file?.content.size],
      [name, form.description, form.password, folder.id, 5],
    );
    assert.deepEqual([item.name, item.protected, item.description, item.parent], [name, true, 'what it is', { id: `folder/${folder.id}` }]);
    const [upload] = [...service.state.uploads.values()].slice(-1);
    const { fields = {}, files: sent } = lastForm() ?? {};
    assert.deepEqual(fields, {
      MAX_FILE_SIZE: '314572800',
      UPLOAD_IDENTIFIER: upload?.identifier,
      extra_info: upload?.extraInfo,
      folder_id: folder.id,
      description: 'what it is',
      password: 'opens it',
      recipient_email: 'a@example.com,b@example.com',
      recipient_message: 'have a look',
      notify_uploader: '1',
    });
    assert.match(upload?.extraInfo ?? '', /%/, 'goes back as it came, with its percent signs');
    assert.deepEqual(
      sent?.map(({ field }) => field),
      ['userfile'],
    );
    assert.equal(upload?.speedLimit, 9000 * 1024);
    const {
      file_id,
      name: called,
      folder_id,
    } = service.state.calls.filter(({ method }) => method === 'files.setInfo').at(-1)?.arguments ?? {};
    assert.deepEqual([file_id, called, folder_id], [file?.id, name, folder.id]);
    assert.deepEqual(
      service.state.mails.map(({ kind, to, message }) => [kind, to, message]),
      [
        ['upload', ['a@example.com', 'b@example.com'], 'have a look'],
        ['notice', [owner.email], ''],
      ],
    );
  });

  it('writes to nobody unless told to, and asks for no speed limit', async () => {
    await bring(here.backend, 'quiet.txt', 'bytes');
    assert.deepEqual([lastForm()?.fields['notify_uploader'], lastForm()?.fields['folder_id']], ['0', '0']);
    assert.equal(here.service.state.mails.length, 0);
    const asked = here.service.state.calls.filter(({ method }) => method === 'upload.getInfo').map((call) => call.arguments['speed_limit']);
    assert.ok(asked.length > 0 && asked.every((limit) => limit === '0'));
  });

  it('reads where it goes in whatever order that is told', async () => {
    here.service.knobs.uploadAttributes = ['url', 'progress_url', 'max_file_size', 'upload_identifier', 'extra_info'];
    await bring(here.backend, 'one.txt', 'bytes');
    here.service.knobs.uploadAttributes = ['extra_info', 'upload_identifier', 'max_file_size', 'url'];
    await bring(here.backend, 'two.txt', 'bytes');
    here.service.knobs.uploadAttributes = ['extra_info', 'max_file_size', 'url'];
    const ticket = await open(here.backend, 'three.txt', 5);
    await rejects(here.backend.part(ticket, whole(5)), 'server');
  });
});

describe('the form that brings a file of nobody', () => {
  it('holds all that the service wants of nobody, and all that was said to go with every file', async () => {
    const { service } = here;
    const form = { description: 'what it is', recipients: ['a@example.com'], message: 'look', notify: 'me@example.com', speedLimit: 9000 };
    const backend = here.as({ anonymous: true, form, application: 'ferry-test' });
    const item = await bring(backend, 'a.txt', 'bytes');
    const [file] = files();
    const [upload] = [...service.state.uploads.values()].slice(-1);
    assert.deepEqual(lastForm()?.fields, {
      MAX_FILE_SIZE: '314572800',
      UPLOAD_IDENTIFIER: upload?.identifier,
      extra_info: upload?.extraInfo,
      description: 'what it is',
      recipient_email: 'a@example.com',
      recipient_message: 'look',
      notify_uploader: 'me@example.com',
    });
    assert.deepEqual(
      lastForm()?.files.map(({ field, name }) => [field, name]),
      [['userfile', 'a.txt']],
    );
    assert.deepEqual([file?.owner, file?.description], [undefined, 'what it is']);
    const asked = service.state.calls.filter(({ method }) => method === 'anonymous.uploadGetInfo').at(-1);
    assert.deepEqual(asked?.arguments, { speed_limit: '9000', api_key: 'FERRY12345', api_version: '1.0', app_version: 'ferry-test' });
    assert.deepEqual(
      service.state.mails.map(({ to }) => to),
      [['a@example.com'], ['me@example.com']],
    );
    assert.equal(item.id, `anonymous/${file?.id ?? ''}/${file?.deleteKey ?? ''}`, 'keeps the only way to delete it');
  });

  it('can be deleted by what its answer told, by nobody else, and twice is once', async () => {
    const backend = here.as({ anonymous: true });
    const [one, two] = [await bring(backend, 'not found.txt', 'one'), await bring(backend, 'two.txt', 'two')];
    const forged = { id: `${two.id.slice(0, -1)}${two.id.endsWith('0') ? '1' : '0'}` };
    const keyless = { id: two.id.split('/').slice(0, 2).join('/') };
    const outcomes = await backend.remove([one, forged, keyless, { id: 'file/abcdef' }], { recursive: false });
    assert.deepEqual(
      outcomes.map((outcome) => ('removed' in outcome ? 'removed' : 'error' in outcome && outcome.error.code)),
      ['removed', 'not-allowed', 'not-allowed', 'not-found'],
    );
    assert.deepEqual(
      files().map(({ name }) => name),
      ['two.txt'],
    );
    assert.ok('removed' in (await backend.remove([one], { recursive: false }))[0]!);
    here.service.knobs.next(/^www GET/, 'error', 2);
    const [unsure] = await backend.remove([two], { recursive: false });
    assert.ok(unsure && 'error' in unsure && unsure.error.code === 'server');
  });
});

describe('a file that is too large', () => {
  for (const anonymous of [false, true])
    it(`is refused before a byte is sent${anonymous ? ', of nobody too' : ''}`, async () => {
      here.service.knobs.maxFileSize = 10;
      const backend = here.as(anonymous ? { anonymous } : {});
      await rejects(backend.init({ name: 'a', size: 11, type: '' }, { folder: ROOT, conflict: 'ask' }), 'too-large');
      assert.equal((await backend.rules(ROOT)).maxFileSize, 10);
      const ticket = await open(backend, 'b', 10);
      here.service.knobs.maxFileSize = 9;
      await rejects(backend.part(ticket, whole(10)), 'too-large');
      assert.equal(here.service.knobs.seen(/apiupload/).length, 0);
    });

  it('or for which there is no space is told so', async () => {
    const { backend, owner, service } = here;
    const ticket = await open(backend, 'a', 20);
    owner.diskSpace = 15;
    const sent = await put(backend, ticket, whole(20), new Uint8Array(20));
    await rejects(backend.complete(ticket, [sent.uploaded], {}), 'quota');
    await addFile(service.state, owner, 'full', 'x'.repeat(15));
    const full = here.as({});
    const { upload, list } = await full.capabilities({});
    assert.ok(upload && list, 'a full account can still be looked at');
    await rejects(full.init({ name: 'b', size: 1, type: '' }, { folder: ROOT, conflict: 'ask' }), 'quota');
    owner.membershipEnds = 0;
    assert.equal((await here.as({}).capabilities({})).upload, false);
  });
});

describe('a node that is down', () => {
  for (const anonymous of [false, true])
    it(`is left behind by a fresh getInfo and one more try${anonymous ? ', for nobody too' : ''}`, async () => {
      const { service } = here;
      const backend = here.as(anonymous ? { anonymous } : {});
      const ticket = await open(backend, 'a.txt', 5);
      const asked = service.state.uploads.size;
      nextNodeDown();
      const sent = await persist(backend, ticket, encoded('bytes'));
      assert.deepEqual([sent.urls.length, service.state.uploads.size - asked], [2, 2]);
      const completed = await backend.complete(sent.ticket, [sent.part], {});
      assert.ok('item' in completed);
      assert.equal(files().length, 1);
    });
});

describe('a form whose answer is lost', () => {
  const lose = async (backend: Backend, name: string) => {
    const ticket = await open(backend, name, 5);
    here.service.knobs.next(/^fs\d+u POST/, 'lost-answer');
    return persist(backend, ticket, encoded('bytes'));
  };

  it('is not sent again: an account finds its file', async () => {
    const sent = await lose(here.backend, 'a.txt');
    assert.equal(sent.urls.length, 1);
    const completed = await here.backend.complete(sent.ticket, [sent.part], {});
    assert.ok('item' in completed);
    assert.deepEqual(
      files().map(({ id, name }) => [`file/${id}`, name]),
      [[completed.item.id, 'a.txt']],
    );
  });

  it('is found where people were written to, by asking the node, and told from older files like it', async () => {
    const { service, owner } = here;
    await addFile(service.state, owner, 'a.txt', 'older');
    const backend = here.as({ form: { recipients: ['a@example.com'] } });
    const ticket = await open(backend, 'a.txt', 5, 'rename');
    service.knobs.next(/^fs\d+u POST/, 'lost-answer');
    const sent = await persist(backend, ticket, encoded('bytes'));
    assert.equal(sent.urls.length, 1);
    const completed = await backend.complete(sent.ticket, [sent.part], {});
    assert.ok('item' in completed);
    assert.equal(completed.item.name, 'a (2).txt');
    assert.equal(service.state.mails.length, 1);
  });

  it('is not sent again of nobody: the node has it, and nobody can find it', async () => {
    const backend = here.as({ anonymous: true });
    const sent = await lose(backend, 'a.txt');
    assert.equal(sent.urls.length, 1);
    await rejects(backend.complete(sent.ticket, [sent.part], {}), 'unknown-outcome');
    assert.equal(files().length, 1);
  });

  it('is sent again where it was cut, and is there once', async () => {
    for (const options of [{}, { anonymous: true }, { form: { notify: true } }]) {
      const backend = here.as({ ...options, store: memoryStore() });
      const before = files().length;
      const ticket = await open(backend, `${String(before)}.txt`, 5);
      here.service.knobs.next(/^fs\d+u POST/, 'cut');
      const sent = await persist(backend, ticket, encoded('bytes'));
      assert.equal(sent.urls.length, 2);
      assert.ok('item' in (await backend.complete(sent.ticket, [sent.part], {})));
      assert.equal(files().length, before + 1);
    }
  });

  it('is left to the person where people were written to and the node says nothing', async () => {
    const { service } = here;
    for (const anonymous of [false, true]) {
      const backend = here.as({ ...(anonymous && { anonymous }), form: { recipients: ['a@example.com'] } });
      const ticket = await open(backend, 'a.txt', 5);
      service.knobs.next(/^fs\d+u POST/, 'lost-answer');
      service.knobs.next(/progressapiupload/, 'error');
      await rejects(persist(backend, ticket, encoded('bytes')), 'unknown-outcome');
    }
    assert.equal(service.state.mails.length, 2);
  });

  it('counts as lost where it is a page', async () => {
    const { service, backend } = here;
    service.knobs.spoil('form', () => ({ type: 'text/html', body: '<html>502 Bad Gateway</html>' }), 2);
    const sent = await persist(backend, await open(backend, 'a.txt', 5), encoded('bytes'));
    assert.ok('item' in (await backend.complete(sent.ticket, [sent.part], {})));
    const nobody = here.as({ anonymous: true });
    const other = await persist(nobody, await open(nobody, 'a.txt', 5), encoded('bytes'));
    await rejects(nobody.complete(other.ticket, [other.part], {}), 'unknown-outcome');
  });

  it('but says that it failed is no file, and another try may follow', async () => {
    for (const options of [{}, { anonymous: true }]) {
      const backend = here.as(options);
      const ticket = await open(backend, 'a.txt', 5);
      const target: PartTarget = await backend.part(ticket, whole(5));
      const wrong = { ...target, form: { ...target.form!, fields: { ...target.form!.fields, extra_info: 'other' } } };
      const part = await send(wrong, whole(5), encoded('bytes'));
      await rejects(backend.complete(target.ticket ?? ticket, [part], {}), 'invalid');
      const sent = await persist(backend, target.ticket ?? ticket, encoded('bytes'));
      assert.ok('item' in (await backend.complete(sent.ticket, [sent.part], {})));
    }
    assert.equal(files().length, 2);
  });
});

describe('an upload that ends early', () => {
  it('leaves nothing at the service, however far it came', async () => {
    const { backend } = here;
    const ticket = await open(backend, 'a.txt', 5);
    const sent = await put(backend, ticket, whole(5), encoded('bytes'));
    await backend.abort(ticket);
    assert.equal(files().length, 0);
    await rejects(backend.complete(ticket, [sent.uploaded], {}), 'not-found');
    const nobody = here.as({ anonymous: true });
    const opened = await open(nobody, 'a.txt', 5);
    const late = await put(nobody, opened, whole(5), encoded('bytes'));
    await nobody.abort(late.ticket);
    await rejects(nobody.complete(late.ticket, [late.uploaded], {}), 'not-found');
    assert.equal(files().length, 0, 'what came when nobody wanted it is deleted by its link');
    await rejects(nobody.complete(late.ticket, [whole(5)], {}), 'not-found');
  });

  it('is swept when somebody looks into its folder long after', async () => {
    const { backend, service, owner } = here;
    const name = (at: number) => `ferrykit-upload-${at.toString(36)}-0123456789abcdef`;
    await addFile(service.state, owner, name(Date.now() - 9 * 86_400_000), 'old');
    await addFile(service.state, owner, name(Date.now()), 'new');
    assert.deepEqual((await backend.list(ROOT, {})).items, []);
    await bring(backend, 'a.txt', 'bytes');
    assert.deepEqual(
      files()
        .map(({ content }) => content.size)
        .sort(),
      [3, 5],
    );
  });
});

describe('bytes on their way through the relay', () => {
  for (const anonymous of [false, true])
    it(`arrive as they are${anonymous ? ', of nobody too' : ''}, past a node that is down`, async () => {
      const { service } = here;
      const served = await wire({ backends: { files: here.as(anonymous ? { anonymous } : {}) } });
      try {
        const page = served.as('anna');
        const bytes = noise(3_000_001);
        const ticket = await open(page, 'a "quoted" name.bin', bytes.length);
        nextNodeDown();
        const sent = await persist(page, ticket, bytes);
        assert.deepEqual(
          sent.urls.map((url) => new URL(url).origin),
          Array(2).fill(new URL(served.url).origin),
        );
        const completed = await firmly(() => page.complete(sent.ticket, [sent.part], {}));
        assert.ok('item' in completed);
        if (!anonymous) assert.equal(completed.item.name, 'a "quoted" name.bin');
        const [file] = files();
        assert.deepEqual(Buffer.from(await service.state.bytes(file?.id ?? '')).equals(bytes), true);
      } finally {
        await served.close();
      }
    });

  it('are refused as they come where the service says so, so that they can go again', async () => {
    const { owner } = here;
    const served = await wire({ backends: { files: here.backend } });
    try {
      const page = served.as('anna');
      const ticket = await open(page, 'a.txt', 20);
      owner.diskSpace = 15;
      const target = await page.part(ticket, whole(20));
      const refused = await fetch(target.url, { method: target.method, headers: target.headers, body: new Uint8Array(20) });
      assert.equal(((await refused.json()) as { code: string }).code, 'quota');
      owner.diskSpace = 1000;
      const sent = await persist(page, target.ticket ?? ticket, new Uint8Array(20));
      assert.ok('item' in (await page.complete(sent.ticket, [sent.part], {})));
      assert.equal(files().length, 1);
    } finally {
      await served.close();
    }
  });
});
