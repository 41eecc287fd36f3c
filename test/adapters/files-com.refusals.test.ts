import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { login } from '../../src/adapters/files-com.js';
import type { Backend } from '../../src/backend/backend.js';
import type { DeliveryDraft, Recipient } from '../../src/backend/delivery.js';
import type { BackendError, ErrorCode } from '../../src/backend/errors.js';
import { ROOT, type Outcome, type Ref } from '../../src/backend/item.js';
import type { Conflict } from '../../src/backend/upload.js';
import { send } from '../contract/bytes.js';
import { operation } from '../contract/stage.js';
import { addFile, addKey, addUser, CREDENTIALS, grant } from '../services/files-com/seed.js';
import { KEY, OTHER_KEY, site, type Site } from './files-com.ground.js';

let at: Site;
let before: string;

/** All that the service keeps, but for its history. */
const kept = (): string => {
  const { tree, uploads, bundles, behaviors, mails } = at.service.state;
  const paths = (folder = tree.root, path = ''): string[] =>
    [...folder.items.values()].flatMap((entry) => {
      const here = `${path}/${entry.name}`;
      return entry.type === 'file'
        ? [`${here} ${JSON.stringify(entry.content)} ${entry.mtime.toISOString()}`]
        : [here, ...paths(entry, here)];
    });
  return JSON.stringify([paths(), [...uploads.keys()], [...bundles.keys()], [...behaviors.keys()], mails]);
};

beforeEach(async () => {
  at = await site();
  const { state } = at.service;
  await addFile(state, 'docs/a.txt', 'old');
  state.tree.makeFolder('other', at.owner.id);
  before = kept();
});

afterEach(() => at.service.close());

const DOCS: Ref = { id: 'docs' };

const init = (backend: Backend, name: string, folder = DOCS, conflict: Conflict = 'replace') =>
  backend.init({ name, size: 3, type: '' }, { folder, conflict });
const moved = (backend: Backend, id: string, to: Ref) => backend.move([{ id }], { to, conflict: 'ask', operation: operation() });
const draft = (over: Partial<DeliveryDraft>): DeliveryDraft => ({
  items: [{ id: 'docs/a.txt' }],
  recipients: [],
  operation: operation(),
  ...over,
});
const email = (address: string): Recipient => ({ kind: 'email', email: address });

/** Asserts that every call is refused with this code and in these words, says no secret, and leaves everything as it was. */
async function refuses(code: ErrorCode, words: RegExp, ...calls: Promise<unknown>[]): Promise<void> {
  for (const [index, result] of (await Promise.allSettled(calls)).entries()) {
    assert.equal(result.status, 'rejected', `call ${String(index)}`);
    const { code: was, message } = result.reason as BackendError;
    assert.equal(was, code, message);
    assert.match(message, words);
    for (const secret of [KEY, OTHER_KEY]) assert.ok(!message.includes(secret));
  }
  assert.equal(kept(), before);
}

/** What a call on many items answered for the one that it was asked for, as a rejection. */
const outcome = async (asked: Promise<Outcome[]>): Promise<unknown> => {
  const [one] = await asked;
  if (one && 'error' in one) throw Object.assign(new Error(one.error.message), one.error);
  return one;
};

describe('bad input to Files.com', () => {
  it('a wrong key', async () => {
    const backend = at.as({ apiKey: 'key-of-nobody-0123456789abcdef' });
    await refuses('unauthorized', /key or session is not valid/, backend.list(DOCS, {}), init(backend, 'b.txt'), backend.send(draft({})));
  });

  it('a key that no header can hold', async () => {
    await refuses('invalid', /holds characters/, at.as({ apiKey: 'key €' }).list(DOCS, {}));
  });

  it('a session that has expired', async () => {
    const session = await login('owner', CREDENTIALS.password, undefined, { url: at.service.url });
    const backend = at.as(session);
    assert.ok(await backend.list(DOCS, {}));
    at.service.knobs.sessionLifetime = -1;
    await refuses('unauthorized', /does not know who asks/, backend.list(DOCS, {}), init(backend, 'b.txt'));
  });

  it('a permission that is missing', async () => {
    const { state } = at.service;
    const reader = addUser(state, 'reader');
    grant(state, reader, 'docs', 'readonly');
    addKey(state, 'key-of-the-reader-0123456789', { userId: reader.id });
    const backend = at.as({ apiKey: 'key-of-the-reader-0123456789' });
    await refuses(
      'forbidden',
      /may not/,
      init(backend, 'b.txt'),
      backend.createFolder(DOCS, 'new', { conflict: 'ask' }),
      backend.rename({ id: 'docs/a.txt' }, 'b.txt'),
      backend.describe({ id: 'docs/a.txt' }, { colour: 'red' }),
      outcome(backend.remove([{ id: 'docs/a.txt' }], { recursive: false })),
    );
    await refuses('not-found', /not there/, at.as({ apiKey: OTHER_KEY }).list(DOCS, {}));
  });

  it('a file that somebody has locked', async () => {
    const { backend, as } = at;
    const { state } = at.service;
    grant(state, at.stranger, 'docs', 'full');
    const opened = await init(backend, 'a.txt');
    assert.ok('ticket' in opened && opened.first);
    const part = await send(opened.first, { number: 1, start: 0, end: 3 }, new TextEncoder().encode('new'));
    await as({ apiKey: OTHER_KEY }).lock({ id: 'docs/a.txt' });
    before = kept();
    await refuses(
      'locked',
      /lock/,
      init(backend, 'a.txt'),
      backend.complete(opened.ticket, [part], {}),
      backend.rename({ id: 'docs/a.txt' }, 'b.txt'),
      backend.describe({ id: 'docs/a.txt' }, { colour: 'red' }),
      backend.lock({ id: 'docs/a.txt' }),
      backend.unlock({ id: 'docs/a.txt' }),
      outcome(backend.remove([{ id: 'docs/a.txt' }], { recursive: false })),
      outcome(moved(backend, 'docs/a.txt', { id: 'other' })),
    );
    assert.equal((await backend.item({ id: 'docs/a.txt' })).locked?.owner, 'stranger');
    await as({ apiKey: OTHER_KEY }).unlock({ id: 'docs/a.txt' });
    assert.ok('item' in (await backend.complete(opened.ticket, [part], {})), 'the upload has lived on');
  });

  it('a destination that exists', async () => {
    const { backend } = at;
    await addFile(at.service.state, 'a.txt', 'mine');
    await addFile(at.service.state, 'docs/b.txt', 'b');
    before = kept();
    const asked = await init(backend, 'a.txt', DOCS, 'ask');
    assert.ok('exists' in asked && asked.exists.id === 'docs/a.txt');
    await refuses(
      'exists',
      /taken|exists|is there/,
      backend.createFolder(ROOT, 'docs', { conflict: 'ask' }),
      backend.rename({ id: 'docs/a.txt' }, 'b.txt'),
      outcome(moved(backend, 'a.txt', DOCS)),
    );
    await refuses('exists', /folder|file/, init(backend, 'docs', ROOT), backend.createFolder(DOCS, 'a.txt', { conflict: 'replace' }));
  });

  it('a parent that is missing', async () => {
    const { backend } = at;
    const missing = { id: 'not/there' };
    await refuses(
      'not-found',
      /no folder|not there/,
      init(backend, 'b.txt', missing),
      backend.createFolder(missing, 'new', { conflict: 'ask' }),
      backend.list(missing, {}),
      moved(backend, 'docs/a.txt', missing),
    );
  });

  it('a path that ends in white space, or has more than 5,000 characters', async () => {
    const { backend } = at;
    at.service.knobs.clear();
    const calls = (name: string) => [
      init(backend, name),
      backend.createFolder(DOCS, name, { conflict: 'ask' }),
      backend.rename({ id: 'docs/a.txt' }, name),
      backend.init({ name: 'b.txt', size: 3, type: '', path: name }, { folder: DOCS, conflict: 'ask' }),
    ];
    await refuses('invalid', /white space/, ...calls('b.txt '), ...calls('b\u00a0'));
    const long = Array.from({ length: 26 }, () => 'x'.repeat(199)).join('/');
    await refuses(
      'invalid',
      /5000|5,000/,
      backend.init({ name: 'b.txt', size: 3, type: '', path: long }, { folder: DOCS, conflict: 'ask' }),
    );
    await refuses('invalid', /5000|5,000/, backend.createFolder({ id: long.slice(0, 4990) }, 'b'.repeat(20), { conflict: 'ask' }));
    assert.deepEqual(at.service.knobs.requests, [], 'nothing was asked of the service');
  });

  it('percent signs in names, which are kept, and slashes, which are refused', async () => {
    const { backend } = at;
    await refuses('invalid', /./, init(backend, 'x/y.txt'), backend.rename({ id: 'docs/a.txt' }, 'x/y'), init(backend, '..'));
    for (const name of ['100 %.txt', 'a%2Fb.txt', '%41.txt', '%']) {
      const opened = await init(backend, name);
      assert.ok('ticket' in opened && opened.first);
      const part = await send(opened.first, { number: 1, start: 0, end: 3 }, new TextEncoder().encode('abc'));
      const completed = await backend.complete(opened.ticket, [part], {});
      assert.ok('item' in completed);
      assert.deepEqual([completed.item.name, completed.item.id], [name, `docs/${name}`]);
      assert.equal((await backend.item(completed.item)).name, name);
      assert.deepEqual(await backend.remove([completed.item], { recursive: false }), [{ id: `docs/${name}`, removed: true }]);
    }
    assert.equal(kept(), before);
  });

  it('a date that nobody can keep', async () => {
    const { backend } = at;
    const { id } = await backend.send(draft({}));
    before = kept();
    await refuses(
      'invalid',
      /no date/,
      backend.describe({ id: 'docs/a.txt' }, { modified: 1e300 }),
      backend.send(draft({ startDate: 1e300 })),
      backend.change({ id }, { expires: -1e300 }),
    );
  });

  it('a bundle with no recipients, where the site wants some', async () => {
    const { backend } = at;
    const { state } = at.service;
    state.policy.bundle_require_share_recipient = true;
    await refuses('invalid', /without recipients/, backend.send(draft({})));
    const id = state.number();
    state.groups.set(id, { id, name: 'Nobody', notes: '', members: new Map() });
    const nobody: Recipient = { kind: 'group', id: `group-${String(id)}`, name: 'Nobody' };
    await refuses('not-allowed', /no address for the group "Nobody"/, backend.send(draft({ recipients: [nobody] })));
    await refuses('invalid', /nothing to send/, backend.send(draft({ items: [], recipients: [email('anna@example.com')] })));
  });

  it('an address that is none', async () => {
    const { backend } = at;
    for (const address of ['anna', 'anna@', 'anna@example.com, bo@example.com', 'anna@example.com\nBcc: bo@example.com'])
      await refuses('invalid', /no e-mail address/, backend.send(draft({ recipients: [email(address)] })));
  });

  it('an address that was invited already', async () => {
    const { backend } = at;
    const { id } = await backend.send(draft({ recipients: [email('anna@example.com')] }));
    before = kept();
    const forward = (...recipients: Recipient[]) => backend.forward({ id }, { recipients, operation: operation() });
    await refuses('exists', /invited to this delivery before/, forward(email('Anna@Example.com')));
    const states = await forward(email('anna@example.com'), email('bo@example.com'));
    assert.deepEqual(
      states.map(({ state, reason }) => [state, reason]),
      [
        ['dropped', 'Was invited before.'],
        ['sent', undefined],
      ],
    );
    assert.deepEqual(
      at.service.state.mails.map(({ to }) => to),
      ['anna@example.com', 'bo@example.com'],
    );
  });
});
