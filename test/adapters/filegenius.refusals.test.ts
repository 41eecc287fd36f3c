import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Backend } from '../../src/backend/backend.js';
import { BackendError, type ErrorCode, toBackendError } from '../../src/backend/errors.js';
import { type Outcome, ROOT } from '../../src/backend/item.js';
import { send } from '../contract/bytes.js';
import { addFile, credentialsOf } from '../services/filegenius/seed.js';
import type { Brand } from '../services/filegenius/service.js';
import { below } from '../services/filegenius/tree.js';
import { asked, site, type Site } from './filegenius.ground.js';

let ground: Site;
let file: string;
afterEach(() => ground.service.close());

const begin = async (brand: Brand, format: 'json' | 'xml', errors: 'in-200' | 'with-status'): Promise<void> => {
  ground = await site(brand, { format }, { errors });
  file = `/${await addFile(ground.service.state, 'a.txt', 'a')}`;
  ground.service.state.makeFolder('/docs/');
};

/** An outcome's error is thrown, so that all calls fail alike. */
const thrown = async (outcomes: Promise<Outcome[]>): Promise<void> => {
  for (const outcome of await outcomes) if ('error' in outcome) throw new BackendError(outcome.error.code, outcome.error.message);
};
const out = { kind: 'email', email: 'out@example.org' } as const;
let operations = 0;
const operation = (): string => `operation ${(operations += 1)}`;

/** One use of everything that asks the service. */
const CALLS: Record<string, (backend: Backend) => Promise<unknown>> = {
  capabilities: (backend) => backend.capabilities({ folder: ROOT }),
  list: (backend) => backend.list(ROOT, {}),
  search: (backend) => backend.list(ROOT, { search: 'a' }),
  item: (backend) => backend.item({ id: file }),
  rules: (backend) => backend.rules(ROOT),
  init: (backend) => backend.init({ name: 'b.txt', size: 5, type: '' }, { folder: ROOT, conflict: 'ask' }),
  createFolder: (backend) => backend.createFolder(ROOT, 'new', { conflict: 'ask' }),
  rename: (backend) => backend.rename({ id: file }, 'b.txt'),
  move: (backend) => thrown(backend.move([{ id: file }], { to: { id: '/docs/' }, conflict: 'ask', operation: operation() })),
  remove: (backend) => thrown(backend.remove([{ id: file }], { recursive: false })),
  read: async (backend) => new Response(await backend.read?.({ id: file }, { start: 0 })).text(),
  recipients: (backend) => backend.recipients('a', {}),
  check: (backend) => backend.check({ items: [{ id: file }], recipients: [out], operation: operation() }),
  send: (backend) => backend.send({ items: [{ id: file }], recipients: [out], operation: operation() }),
};

/** Waits for a refusal with words that tell no secret. */
async function refused(call: Promise<unknown>, code: ErrorCode, what: string): Promise<void> {
  const error = await call.then(
    () => assert.fail(`${what}: nothing was refused`),
    (reason: unknown) => toBackendError(reason),
  );
  assert.equal(error.code, code, `${what}: ${error.message}`);
  assert.match(error.message, /^[A-Z\d"].*\.$/, what);
  assert.doesNotMatch(error.message, /[0-9a-f]{40}/, 'a signature');
  const { apiKey, secret } = credentialsOf('owner');
  for (const hidden of [apiKey, secret, 'api_key', 'Please try']) assert.ok(!error.message.includes(hidden), error.message);
}

for (const [brand, format, errors] of [
  ['filegenius', 'json', 'in-200'],
  ['filegenius', 'xml', 'with-status'],
  ['tuyu', 'json', 'with-status'],
  ['tuyu', 'xml', 'in-200'],
] as const)
  describe(`every call of ${brand} in ${format}, errors ${errors},`, () => {
    beforeEach(() => begin(brand, format, errors));

    it('with an unknown key, a wrong secret or an auth code that is none is unauthorized', async () => {
      for (const wrong of [{ apiKey: 'nobody' }, { secret: 'wrong' }, { authCode: 'unknown' }])
        for (const [name, call] of Object.entries(CALLS)) await refused(call(ground.as('owner', wrong)), 'unauthorized', name);
    });

    it('with a timestamp that the service finds stale is unauthorized', async () => {
      ground.service.knobs.clockSkew = -1;
      for (const [name, call] of Object.entries(CALLS)) await refused(call(ground.backend), 'unauthorized', name);
      ground.service.knobs.clockSkew = 60;
      await ground.backend.list(ROOT, {});
    });

    it('answered by an error page, half an answer or nothing is a fault, and never an empty list', async () => {
      const { knobs, state } = ground.service;
      for (const how of ['html', 'truncated', 'empty'] as const)
        for (const [name, call] of Object.entries(CALLS)) {
          const end = knobs.spoil(/^api GET/, how, Infinity);
          await refused(call(ground.backend), 'server', `${name} ${how}`);
          end();
        }
      assert.deepEqual(state.mails, []);
    });

    it('that changes something, and meets a page in the place of the service, is no success', async () => {
      const { state } = ground.service;
      const things = () => [...below(state.root)].map(({ name }) => name);
      const before = things();
      for (const body of ['<!doctype html><title>Sign in to the network</title>', '', '{"fileInfo":{"fileId"', '<fileInfo><fileId>1']) {
        const behind = ground.as('owner', {
          fetch: (url, init) => (init?.method === 'GET' ? fetch(url, init) : Promise.resolve(new Response(body))),
        });
        for (const name of ['createFolder', 'rename', 'move', 'remove', 'send'])
          await refused(CALLS[name]!(behind), 'server', `${name}, answered by ${JSON.stringify(body)}`);
      }
      assert.deepEqual([things(), state.mails], [before, []]);
    });

    it('that meets a service that is down, or has too much to do, says that', async () => {
      const { knobs } = ground.service;
      for (const [fault, code] of [
        ['error', 'server'],
        ['rate-limited', 'rate-limited'],
        ['cut', 'offline'],
      ] as const) {
        Object.assign(knobs, { errorRate: 1, faults: [fault] });
        for (const [name, call] of Object.entries(CALLS)) await refused(call(ground.backend), code, `${name} ${fault}`);
      }
    });
  });

describe('what is refused before the service is asked for it', () => {
  beforeEach(() => begin('filegenius', 'json', 'in-200'));

  it('is a file that is too large', async () => {
    const backend = ground.as('owner', { maxFileSize: 4 });
    await refused(
      backend.init({ name: 'b.txt', size: 5, type: '' }, { folder: ROOT, conflict: 'ask' }),
      'too-large',
      'a file of five bytes',
    );
    assert.equal((await backend.rules(ROOT)).maxFileSize, 4);
  });

  it('is what has an unknown id', async () => {
    const { backend } = ground;
    for (const id of ['/99', '/docs/99', '/none/', '99', '/docs', '/../1', 'x'])
      for (const call of [
        () => backend.item({ id }),
        () => backend.rename({ id }, 'b.txt'),
        () => thrown(backend.move([{ id }], { to: { id: '/docs/' }, conflict: 'ask', operation: operation() })),
        () => backend.send({ items: [{ id }], recipients: [out], operation: operation() }),
      ])
        await refused(call(), 'not-found', id);
    assert.deepEqual(ground.service.knobs.seen(/^api (POST|PUT|DELETE)/), []);
  });

  it('is a name that is taken', async () => {
    const { backend } = ground;
    const named = await addFile(ground.service.state, 'b.txt', 'b');
    await refused(backend.rename({ id: file }, 'b.txt'), 'exists', 'a rename');
    await refused(backend.createFolder(ROOT, 'b.txt', { conflict: 'replace' }), 'exists', 'a folder');
    const initiated = await backend.init({ name: 'b.txt', size: 1, type: '' }, { folder: ROOT, conflict: 'ask' });
    assert.ok('exists' in initiated && initiated.exists.id === `/${named}`);
  });

  it('is what is no address, and more addresses than may be', async () => {
    const { backend } = ground;
    const to = (emails: string[]) =>
      backend.send({
        items: [{ id: file }],
        recipients: emails.map((email) => ({ kind: 'email', email })),
        operation: operation(),
      });
    for (const email of ['', 'nobody', 'a@b@c', 'a@example.org,b@example.org', 'a@example.org\r\nBcc: b@example.org'])
      await refused(to([email]), 'invalid', email);
    await refused(to(Array.from({ length: 101 }, (_, index) => `${index}@example.org`)), 'invalid', '101 addresses');
    assert.deepEqual([ground.service.state.mails, asked(ground, 'file_send')], [[], []]);
  });
});

describe('what the service refuses leaves nothing half done:', () => {
  beforeEach(() => begin('tuyu', 'json', 'in-200'));

  it('bytes that it has no room for, and those of an upload that is given up', async () => {
    const { backend } = ground;
    const { knobs, state } = ground.service;
    const part = { number: 1, start: 0, end: 5 };
    for (const limit of [3, Infinity]) {
      knobs.storageLimit = limit;
      const opened = await backend.init({ name: 'b.txt', size: 5, type: '' }, { folder: ROOT, conflict: 'ask' });
      assert.ok('ticket' in opened && opened.first);
      const sent = await send(opened.first, part, new TextEncoder().encode('12345'));
      if (limit === 3) await refused(backend.complete(opened.ticket, [sent], {}), 'quota', 'no room');
      await backend.abort(opened.ticket);
      assert.deepEqual(
        [...below(state.root)].map(({ name }) => name),
        ['a.txt', 'docs'],
      );
    }
  });
});
