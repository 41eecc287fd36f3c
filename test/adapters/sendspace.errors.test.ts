import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Backend } from '../../src/backend/backend.js';
import { BackendError, isBackendError, type ErrorCode } from '../../src/backend/errors.js';
import { ROOT } from '../../src/backend/item.js';
import { operation } from '../contract/stage.js';
import { rejects } from '../contract/witness.js';
import { ERRORS, type ErrorCode as Code } from '../services/sendspace/documentation.js';
import { addFile } from '../services/sendspace/seed.js';
import { addFolder } from '../services/sendspace/folders.js';
import { ground, type Ground } from './sendspace.ground.js';

let here: Ground;

before(async () => {
  here = await ground();
});

after(() => here.service.close());

/** What each code of the document is to Ferrykit. */
const TYPED: Record<Code, ErrorCode> = {
  1: 'invalid',
  2: 'unsupported',
  3: 'unauthorized',
  4: 'invalid',
  5: 'unsupported',
  6: 'unauthorized',
  7: 'unauthorized',
  8: 'unauthorized',
  9: 'not-found',
  10: 'not-found',
  11: 'forbidden',
  12: 'server',
  13: 'server',
  14: 'invalid',
  15: 'server',
  16: 'invalid',
  17: 'forbidden',
  18: 'unauthorized',
  19: 'forbidden',
  20: 'quota',
  21: 'invalid',
  22: 'forbidden',
  23: 'quota',
  24: 'invalid',
  25: 'unsupported',
  26: 'not-found',
  27: 'invalid',
  28: 'exists',
  29: 'not-found',
  30: 'rate-limited',
  31: 'invalid',
  32: 'quota',
  33: 'forbidden',
};

const failureOf = (call: Promise<unknown>, what = 'the call'): Promise<BackendError> =>
  call.then(
    () => assert.fail(`${what} was answered`),
    (error: unknown) => (isBackendError(error) ? error : assert.fail(String(error))),
  );

describe('what sendspace refuses', () => {
  it('has a type and words of its own, by each of the 33 codes', async () => {
    const { backend, service } = here;
    for (const code of Object.keys(ERRORS).map(Number) as Code[]) {
      const [name] = ERRORS[code];
      // A session that is told dead is begun anew once: the second answer is the last.
      service.knobs.refuse('addressbook.list', code, { times: 2, text: 'SERVICE WORDS', info: 'SERVICE INFO' });
      const error = await failureOf(backend.recipients('', {}));
      assert.equal(error.code, TYPED[code], name);
      assert.ok(error.message.includes(name), error.message);
      assert.match(error.message, /^Reading the address book failed: .{8,} \(API_ERROR_\w+\)\.$/);
      assert.ok(!error.message.includes('SERVICE'), 'what the service writes is not passed on');
      if (![5, 6, 7].includes(code)) await rejects(backend.recipients('', {}), TYPED[code]);
      else assert.deepEqual(await backend.recipients('', {}), []);
    }
    service.knobs.refuse('addressbook.list', 12);
    assert.equal((await failureOf(backend.recipients('', {}))).retryAfter, 1800);
  });

  it('with a code that no document has is a fault of the service', async () => {
    const { backend, service } = here;
    service.knobs.spoil('addressbook.list', () => ({ body: '<result method="x" status="fail"><error code="99" text="?"/></result>' }));
    await rejects(backend.recipients('', {}), 'server');
    service.knobs.spoil('addressbook.list', () => ({ body: '<result method="x" status="fail"></result>' }));
    await rejects(backend.recipients('', {}), 'server');
  });
});

describe('success in part', () => {
  it('is an outcome for each, and hides nothing', async () => {
    const { backend, service, owner, stranger } = here;
    const [one, two] = [await addFile(service.state, owner, 'one.txt', '1'), await addFile(service.state, owner, 'two.txt', '2')];
    const shared = await addFile(service.state, Object.assign(stranger, { team: owner.team }), 'theirs.txt', '3', { businessShared: true });
    const outer = addFolder(service, owner, 'outer');
    const ids = [`file/${one.id}`, 'file/nobody', `file/${shared.id}`, `file/${two.id}`];
    const to = { id: `folder/${outer.id}` };
    const moved = await backend.move(
      ids.map((id) => ({ id })),
      { to, conflict: 'ask', operation: operation() },
    );
    assert.deepEqual(
      moved.map((outcome) => [outcome.id, 'item' in outcome ? outcome.item.parent?.id : 'error' in outcome && outcome.error.code]),
      [
        [ids[0], to.id],
        [ids[1], 'not-found'],
        [ids[2], 'forbidden'],
        [ids[3], to.id],
      ],
    );
    const removed = await backend.remove(
      ids.map((id) => ({ id })),
      { recursive: false },
    );
    assert.deepEqual(
      removed.map((outcome) => ('removed' in outcome ? 'removed' : 'error' in outcome && outcome.error.code)),
      ['removed', 'removed', 'forbidden', 'removed'],
    );
    assert.deepEqual([...service.state.files.keys()], [shared.id]);
  });

  it('is one also where the service does not say which failed', async () => {
    const { backend, service, owner } = here;
    const files = await Promise.all(['a', 'b'].map((name) => addFile(service.state, owner, name, name)));
    service.knobs.spoil('files.delete', () => ({
      body: '<result method="files.delete" status="fail"><error code="11" text="Permission denied"/></result>',
    }));
    const outcomes = await backend.remove(
      files.map(({ id }) => ({ id: `file/${id}` })),
      { recursive: false },
    );
    assert.deepEqual(
      outcomes.map((outcome) => 'removed' in outcome),
      [true, true],
      'each is asked about by itself',
    );
  });

  it('is read from the document’s own writing, with an id that is not closed', async () => {
    const { backend, service, owner } = here;
    const [one, two] = await Promise.all(['a', 'b'].map((name) => addFile(service.state, owner, name, name)));
    service.knobs.spoil('files.delete', () => ({
      body: `<result method="files.delete" status="ok">\n<id>${one!.id}<id>\n<file id="${one!.id}" />\n<error code="11" text="" id="${two!.id}" />\n</result>`,
    }));
    const outcomes = await backend.remove(
      [one!, two!].map(({ id }) => ({ id: `file/${id}` })),
      { recursive: false },
    );
    assert.deepEqual(
      outcomes.map((outcome) => ('removed' in outcome ? 'removed' : 'error' in outcome && outcome.error.code)),
      ['removed', 'forbidden'],
    );
  });
});

describe('an answer that is none', () => {
  const WRONG: Record<string, (body: string) => string> = {
    'an HTML page': () => '<!DOCTYPE html><html><head><title>Oops</title></head><body>Sorry<br></body></html>',
    nothing: () => '',
    JSON: () => '{"status":"ok"}',
    'half of itself': (body) => body.slice(0, body.length / 2),
    'all but its last tag': (body) => body.slice(0, body.lastIndexOf('</result>')),
    'XML with another root': () => '<?xml version="1.0"?><rss version="2.0"></rss>',
    'XML without a status': () => '<result method="folders.getcontents"></result>',
    'XML with an unclosed attribute': (body) => body.replace('status="ok"', 'status="ok'),
    'XML with a document type': () => '<!DOCTYPE result [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><result status="ok">&b;</result',
  };
  for (const [what, spoil] of Object.entries(WRONG))
    it(`such as ${what}, is a fault of the service, with words`, async () => {
      const { backend, service } = here;
      await backend.list(ROOT, {});
      service.knobs.spoil('folders.getContents', ({ body }) => ({ body: spoil(body) }));
      const error = await failureOf(backend.list(ROOT, {}));
      assert.equal(error.code, 'server');
      assert.match(error.message, /^Listing a folder failed: sendspace /);
      assert.ok(!error.message.includes('<'), error.message);
    });

  /** The service with whatever it says about anything but sessions in another shape. */
  const spoiling =
    (spoil: (body: string) => string): typeof fetch =>
    async (...request) => {
      const response = await fetch(...request);
      const text = await response.text();
      return new Response(/<result method="auth\./i.test(text) ? text : spoil(text), { status: response.status });
    };

  it('to whatever was asked, is a fault of the service, and never an empty list or a success', async () => {
    const { service, owner, as } = here;
    const recipients = [{ kind: 'email' as const, email: 'a@example.com' }];
    const outcome = async (outcomes: ReturnType<Backend['remove']>): Promise<void> => {
      for (const one of await outcomes) if ('error' in one) throw new BackendError(one.error.code, one.error.message);
    };
    for (const what of ['an HTML page', 'nothing', 'half of itself'] as const) {
      const id = `file/${(await addFile(service.state, owner, what, 'x')).id}`;
      const stray = await addFile(service.state, undefined, what, 'x');
      const into = { id: `folder/${addFolder(service, owner, `into ${what}`).id}` };
      const calls: Record<string, (backend: Backend) => Promise<unknown>> = {
        capabilities: (backend) => backend.capabilities({}),
        rules: (backend) => backend.rules(ROOT),
        list: (backend) => backend.list(ROOT, {}),
        item: (backend) => backend.item({ id }),
        describe: (backend) => backend.describe({ id }, { description: 'd' }),
        createFolder: (backend) => backend.createFolder(ROOT, 'new', { conflict: 'ask' }),
        rename: (backend) => backend.rename({ id }, 'renamed'),
        move: (backend) => outcome(backend.move([{ id }], { to: into, conflict: 'ask', operation: operation() })),
        remove: (backend) => outcome(backend.remove([into], { recursive: true })),
        download: (backend) => backend.download([{ id }]),
        init: (backend) => backend.init({ name: 'a', size: 1, type: '' }, { folder: ROOT, conflict: 'ask' }),
        recipients: (backend) => backend.recipients('a', {}),
        contact: (backend) => backend.contacts.add({ name: 'A', email: 'contact@example.com' }),
        send: (backend) => backend.send({ recipients, items: [{ id }], operation: operation() }),
      };
      const nobody: typeof calls = {
        capabilities: calls['capabilities']!,
        rules: calls['rules']!,
        init: calls['init']!,
        send: (backend) =>
          backend.send({
            recipients,
            sender: 'me@example.com',
            items: [{ id: `anonymous/${stray.id}/${stray.deleteKey}` }],
            operation: operation(),
          }),
      };
      const spoiled = { fetch: spoiling(WRONG[what]!) };
      for (const [backend, each] of [
        [as(spoiled), calls],
        [as({ ...spoiled, anonymous: true }), nobody],
      ] as const)
        for (const [name, call] of Object.entries(each)) {
          const error = await failureOf(call(backend), `${name}, answered by ${what}`);
          assert.equal(error.code, 'server', `${name}, answered by ${what}: ${error.message}`);
          assert.ok(error.message.length > 20 && !/[<>]|[0-9a-z]{32}/.test(error.message), error.message);
        }
    }
  });

  it('or an HTTP error, is typed by its status', async () => {
    const { backend, service } = here;
    service.knobs.next(/^api/, 'error');
    await rejects(backend.recipients('', {}), 'server');
    service.knobs.next(/^api/, 'rate-limited');
    service.knobs.retryAfter = 7;
    assert.deepEqual([(await failureOf(backend.recipients('', {}))).code, service.knobs.requests.at(-1)?.status], ['rate-limited', 429]);
    service.knobs.next(/^api/, 'cut');
    await rejects(backend.recipients('', {}), 'offline');
  });

  it('hides no name: whatever a file is called, it is listed so', async () => {
    const { backend, service, owner } = here;
    const folder = addFolder(service, owner, 'names');
    const names = ['<id>x<id>', '&amp;', '&#65;', ' both sides ', '"quoted"', '</result>', '1e5', '007', 'true', '__proto__'];
    for (const name of names) await addFile(service.state, owner, name, 'x', { folderId: folder.id });
    const { items } = await backend.list({ id: `folder/${folder.id}` }, {});
    assert.deepEqual(items.map(({ name }) => name).sort(), [...names].sort());
  });
});
