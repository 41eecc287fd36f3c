import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BRANDS } from '../../src/adapters/filegenius.brands.js';
import { findingsOf, sendCapability } from '../../src/adapters/filegenius.drafts.js';
import { routeOf } from '../../src/adapters/filegenius.people.js';
import { needsPreparation, sendFields } from '../../src/adapters/filegenius.sending.js';
import type { Person } from '../../src/adapters/filegenius.answers.js';
import type { DeliveryDraft, Recipient } from '../../src/backend/delivery.js';
import { ALLOWED, file, listing, scripted, type Says } from './filegenius.script.js';

const person = (id: string, kind: 'user' | 'group', email = ''): Person => ({ id, kind, email, username: '', name: '', organization: '' });
const PEOPLE = [person('7', 'user', 'Anna@example.com'), person('8', 'user', 'bob@example.com'), person('9', 'group')];
const email = (address: string): Recipient => ({ kind: 'email', email: address });
const draft = (over: Partial<DeliveryDraft> = {}): DeliveryDraft => ({
  items: [{ id: '/1' }],
  recipients: [email('out@example.com')],
  operation: 'operation 1',
  ...over,
});

describe('recipients', () => {
  test('are parted into users, groups and outsiders', () => {
    const recipients: Recipient[] = [
      { kind: 'user', id: '7' },
      { kind: 'group', id: '9' },
      email('out@example.com'),
      email('out@example.com'),
    ];
    const route = routeOf(recipients, { people: PEOPLE, outside: true, requireLogin: false });
    assert.deepEqual([route.users, route.groups, route.outsiders], [['7'], ['9'], ['out@example.com']]);
    assert.deepEqual(
      route.states.map(({ recipient, state }) => [recipient, state]),
      recipients.map((recipient) => [recipient, 'accepted']),
    );
  });

  test('who has an account is written to by it, whatever the case of the address', () => {
    const route = routeOf([email('anna@EXAMPLE.com')], { people: PEOPLE, outside: false, requireLogin: true });
    assert.deepEqual([route.users, route.outsiders, route.states[0]?.state], [['7'], [], 'accepted']);
  });

  test('whom the service would drop without a word is left out, and said to be', () => {
    const recipients: Recipient[] = [
      { kind: 'user', id: '9' },
      { kind: 'group', id: '7' },
      { kind: 'user', id: '1' },
      email('out@example.com'),
    ];
    for (const reach of [
      { outside: false, requireLogin: false },
      { outside: true, requireLogin: true },
    ]) {
      const { users, groups, outsiders, states } = routeOf(recipients, { people: PEOPLE, ...reach });
      assert.deepEqual([users, groups, outsiders], [[], [], []]);
      assert.ok(states.every(({ state, reason }) => state === 'dropped' && reason));
    }
  });

  test('nobody is ever sent, and where access is not told it is unknown', () => {
    const recipients: Recipient[] = [{ kind: 'user', id: '7' }, { kind: 'group', id: '9' }, email('out@example.com')];
    const { users, groups, states } = routeOf(recipients, { people: undefined, outside: true, requireLogin: false });
    assert.deepEqual([users, groups], [['7'], ['9']]);
    assert.deepEqual(
      states.map(({ state }) => state),
      ['unknown', 'unknown', 'accepted'],
    );
  });
});

describe('a draft', () => {
  const codes = (over: Partial<DeliveryDraft>, brand: keyof typeof BRANDS = 'filegenius'): string[] =>
    findingsOf(draft(over), sendCapability(BRANDS[brand])).map(
      ({ problem, code }) => `${problem.effect} ${problem.option ?? 'recipient'}: ${code}`,
    );

  test('is refused for what the service has not', () => {
    assert.deepEqual(codes({}), []);
    for (const [option, value] of Object.entries({
      sender: 'a@example.com',
      note: 'n',
      password: 'p',
      startDate: 1,
      confirmation: true,
      notify: true,
      downloadLimit: 1,
      delivery: 'ticket',
    }))
      assert.deepEqual(codes({ [option]: value }), [`refused ${option}: unsupported`]);
    assert.deepEqual(codes({ customFields: [{ id: 'a', value: 'b' }] }), ['refused customFields: unsupported']);
    assert.deepEqual(codes({ bcc: true }), []);
    assert.deepEqual(codes({ bcc: true }, 'tuyu'), ['refused bcc: unsupported']);
  });

  test('has a life of 1 to 15 days or none, a subject of one line, and somebody to go to', () => {
    for (const expiryDays of [1, 15, null]) assert.deepEqual(codes({ expiryDays }), []);
    for (const expiryDays of [0, 16, 90, 1.5, -1, NaN]) assert.deepEqual(codes({ expiryDays }), ['refused expiryDays: invalid']);
    for (const subject of ['a\r\nBcc: b@example.com', 'x'.repeat(201)]) assert.deepEqual(codes({ subject }), ['refused subject: invalid']);
    assert.deepEqual(codes({ recipients: [] }), ['refused recipients: invalid']);
    assert.deepEqual(codes({ items: [] }), ['refused items: invalid']);
    assert.deepEqual(codes({ items: [{ id: '' }] }), ['refused items: invalid']);
    for (const address of ['', 'nobody', 'a@b\r\nBcc: c@example.com', 'two@example.com, three@example.com', 'a@b;c@d'])
      assert.deepEqual(codes({ recipients: [email(address)] }), ['refused recipient: invalid']);
    for (const id of ['', '7,8', 'x', undefined])
      assert.deepEqual(codes({ recipients: [{ kind: 'user', ...(id !== undefined && { id }) }] }), ['refused recipient: invalid']);
  });

  test('that is a link is to one file, for everybody, and carries no words', () => {
    assert.deepEqual(codes({ recipients: [] }, 'tuyu'), []);
    assert.deepEqual(codes({ recipients: [], requireLogin: true }, 'tuyu'), ['refused requireLogin: invalid']);
    assert.deepEqual(codes({ recipients: [], items: [{ id: '/1' }, { id: '/2' }] }, 'tuyu'), ['refused items: invalid']);
    assert.deepEqual(codes({ recipients: [], subject: 's', message: 'm' }, 'tuyu'), [
      'dropped subject: unsupported',
      'dropped message: unsupported',
    ]);
  });

  test('needs a preparation on Tuyu alone: for several files or a folder, from three outsiders on', () => {
    const [one, two, folder] = [[{ kind: 'file' }], [{ kind: 'file' }, { kind: 'file' }], [{ kind: 'folder' }]] as const;
    const three = ['a', 'b', 'c'];
    const needs = (entries: readonly { kind: 'file' | 'folder' }[], outsiders: string[], brand: keyof typeof BRANDS = 'tuyu'): boolean =>
      needsPreparation(BRANDS[brand], entries, outsiders);
    assert.deepEqual([needs(one, three), needs(two, three), needs(folder, three)], [false, true, true]);
    assert.deepEqual([needs(two, ['a', 'b']), needs(folder, ['a', 'b']), needs(two, three, 'filegenius')], [false, false, false]);
  });
});

describe('file_send', () => {
  const route = { users: ['7', '8'], groups: ['9'], outsiders: ['a@example.com', 'b@example.com'], states: [] };
  const whole = draft({
    subject: 'Subject',
    message: 'Line 1\nLine 2',
    downloadReceipt: true,
    requireLogin: false,
    expiryDays: null,
    bcc: true,
  });

  test('is asked with every parameter of the brand', () => {
    const both = {
      file_id: '1,2',
      user_ids: '7,8',
      user_group_ids: '9',
      non_users: 'a@example.com,b@example.com',
      download_receipt: '1',
      require_login: '0',
      link_expiration: '0',
      subject: 'Subject',
      message: 'Line 1\nLine 2',
    };
    assert.deepEqual(sendFields(BRANDS.filegenius, whole, ['1', '2'], route), { ...both, bcc: '1' });
    assert.deepEqual(sendFields(BRANDS.tuyu, whole, ['1', '2'], route, '55'), { ...both, file_preparation_id: '55' });
  });

  test('is not asked for what nobody wanted', () => {
    const nobody = { users: [], groups: [], outsiders: ['a@example.com'], states: [] };
    assert.deepEqual(sendFields(BRANDS.filegenius, draft(), ['1'], nobody), { file_id: '1', non_users: 'a@example.com' });
  });
});

const SENT = { fileInfo: { fileId: 1, path: '/', fileName: 'a.txt' } };
const ACCESS = {
  usersLocationAccess: [
    {
      id: 7,
      username: 'anna',
      email: 'anna@example.com',
      firstName: 'Anna',
      lastName: null,
      organization: 'Acme',
      admin: 0,
      uType: 1,
      autoRecip: 0,
    },
  ],
};
const site = (more: Record<string, Says> = {}): Record<string, Says> => ({
  file_list: listing([file(1, 'a.txt'), file(2, 'b.txt'), file(3, 'else.txt', { workspaceId: 4 }), file(5, 'docs', { type: 'folder' })]),
  user_location_access: ACCESS,
  users_location_access: ACCESS,
  file_send: SENT,
  create_file_link: { fileCreateLink: { fileId: 1, fileName: 'a.txt', downloadLink: 'https://acme.example/downloadPublic/123' } },
  ...more,
});
const crowd = ['a', 'b', 'c'].map((name) => email(`${name}@example.com`));

describe('sending', () => {
  test('asks once for each operation, and again answers the same', async () => {
    const { backend, asked } = scripted(site());
    const first = await backend.send(draft({ recipients: [{ kind: 'user', id: '7' }, email('out@example.com')] }));
    assert.deepEqual(await backend.send(draft({ recipients: [{ kind: 'user', id: '7' }, email('out@example.com')] })), first);
    const sent = asked.filter(({ method }) => method === 'file_send');
    assert.equal(sent.length, 1);
    const { user_ids, non_users, api_key, timestamp, signature } = sent[0]?.fields ?? {};
    assert.deepEqual([user_ids, non_users, api_key, signature?.length], ['7', 'out@example.com', 'key', 64]);
    assert.ok(Math.abs(Number(timestamp) - Date.now() / 1000) < 60);
    assert.deepEqual(
      first.recipients.map(({ state }) => state),
      ['accepted', 'accepted'],
    );
  });

  test('whose answer is lost, cut off or no answer at all is not done again', async () => {
    for (const said of [
      () => {
        throw new TypeError('cut');
      },
      '{"fileInfo":{"fileId":1,',
      '<html>Bad gateway</html>',
      new Response('', { status: 502 }),
    ]) {
      const { backend, asked } = scripted(site({ file_send: said as Says }));
      await assert.rejects(backend.send(draft()), (error: { code: string }) => /^(offline|server)$/.test(error.code));
      await assert.rejects(backend.send(draft()), { code: 'unknown-outcome' });
      assert.equal(asked.filter(({ method }) => method === 'file_send').length, 1);
    }
  });

  test('that the service refuses, under any status, may be tried again', async () => {
    for (const status of [200, 403, 500]) {
      const refusal = new Response('{"error":{"title":"You do not have access privileges for this location","message":"m"}}', { status });
      const { backend, asked } = scripted(site({ file_send: refusal }));
      for (let turn = 0; turn < 2; turn += 1) await assert.rejects(backend.send(draft()), { code: 'forbidden' });
      assert.equal(asked.filter(({ method }) => method === 'file_send').length, 2);
    }
  });

  test('to people who are all dropped asks for nothing and says so', async () => {
    const { backend, asked } = scripted(site());
    const whole = draft({ requireLogin: true, recipients: [email('out@example.com'), { kind: 'user', id: '99' }] });
    const { recipients } = await backend.send(whole);
    assert.ok(recipients.every(({ state, reason }) => state === 'dropped' && reason));
    const problems = await backend.check(whole);
    assert.deepEqual(
      problems.map(({ recipient, effect }) => [recipient, effect]),
      whole.recipients.map((recipient) => [recipient, 'dropped']),
    );
    assert.ok(!asked.some(({ method }) => method === 'file_send'));
  });

  test('from where outsiders may not be written to leaves them out', async () => {
    const listed = listing([file(1, 'a.txt')], { ...ALLOWED, sendFilesNonUser: 0 });
    const { backend, asked } = scripted(site({ file_list: listed }));
    const { recipients } = await backend.send(draft({ recipients: [email('anna@example.com'), email('out@example.com')] }));
    assert.deepEqual(
      recipients.map(({ state }) => state),
      ['accepted', 'dropped'],
    );
    const { user_ids, non_users } = asked.at(-1)?.fields ?? {};
    assert.deepEqual([user_ids, non_users], ['7', undefined]);
  });

  test('takes only those who have access to everything that is sent', async () => {
    const { backend } = scripted(
      site({
        file_list: ({ path }: Record<string, string>) =>
          path === '/' ? listing([file(5, 'docs', { type: 'folder' })]) : listing([file(6, 'deep.txt')]),
        user_location_access: ({ path }: Record<string, string>) => (path === '/docs/' ? { usersLocationAccess: [] } : ACCESS),
      }),
    );
    const to = { recipients: [{ kind: 'user', id: '7' } as const] };
    assert.equal((await backend.send(draft({ ...to, items: [{ id: '/docs/' }] }))).recipients[0]?.state, 'dropped');
    assert.equal(
      (await backend.send(draft({ ...to, items: [{ id: '/docs/6' }], operation: 'operation 2' }))).recipients[0]?.state,
      'dropped',
    );
  });

  test('claims nothing of users where the service does not say who has access', async () => {
    const refusal = '{"error":{"title":"You do not have access privileges for this location","message":"m"}}';
    const { backend } = scripted(site({ user_location_access: refusal }));
    const { recipients } = await backend.send(draft({ recipients: [{ kind: 'user', id: '7' }] }));
    assert.equal(recipients[0]?.state, 'unknown');
  });

  test('keeps to one workspace, and to what may be sent', async () => {
    const { backend } = scripted(site());
    await assert.rejects(backend.send(draft({ items: [{ id: '/1' }, { id: '/3' }] })), { code: 'invalid', message: /one workspace/ });
    const denied = scripted(site({ file_list: listing([file(1, 'a.txt')], { ...ALLOWED, sendFiles: 0 }) }));
    await assert.rejects(denied.backend.send(draft()), { code: 'forbidden' });
  });

  test('several files to three outsiders on Tuyu is refused with words that say what would work', async () => {
    for (const items of [[{ id: '/1' }, { id: '/2' }], [{ id: '/docs/' }]]) {
      const { backend, asked } = scripted(site(), { brand: 'tuyu' });
      await assert.rejects(backend.send(draft({ items, recipients: crowd })), { code: 'not-allowed', message: /at most 2 people .*ZIP/ });
      assert.deepEqual(
        (await backend.check(draft({ items, recipients: crowd }))).map(({ option, effect }) => [option, effect]),
        [['recipients', 'refused']],
      );
      assert.ok(!asked.some(({ method }) => method.includes('send')));
      await backend.send(draft({ items, recipients: crowd.slice(0, 2) }));
      assert.equal(asked.at(-1)?.method, 'file_send');
    }
  });

  test('with a preparation prepares the very files and passes on the id', async () => {
    const { backend, asked } = scripted(site({ send_files_prep: { filePreparation: { filePreparationId: 55 } } }), {
      brand: 'tuyu',
      preparation: true,
    });
    await backend.send(draft({ items: [{ id: '/1' }, { id: '/2' }], recipients: crowd }));
    const [prepared, sent] = asked.slice(-2);
    assert.deepEqual([prepared?.verb, prepared?.method, prepared?.fields['file_id']], ['POST', 'send_files_prep', '1,2']);
    assert.deepEqual([sent?.method, sent?.fields['file_id'], sent?.fields['file_preparation_id']], ['file_send', '1,2', '55']);
    await backend.send(draft({ recipients: crowd, operation: 'operation 2' }));
    assert.equal(asked.at(-1)?.fields['file_preparation_id'], undefined, 'one file needs none');
  });

  test('a preparation that fails has sent nothing, and may be tried again', async () => {
    const { backend, asked } = scripted(site({ send_files_prep: new Response('', { status: 502 }) }), { brand: 'tuyu', preparation: true });
    const whole = draft({ items: [{ id: '/1' }, { id: '/2' }], recipients: crowd });
    for (let turn = 0; turn < 2; turn += 1) await assert.rejects(backend.send(whole), { code: 'server' });
    assert.ok(!asked.some(({ method }) => method === 'file_send'));
  });

  test('a link is made on Tuyu, and lives as long as was wanted', async () => {
    const { backend, asked } = scripted(site(), { brand: 'tuyu' });
    const { link, recipients, expires } = await backend.send(draft({ recipients: [], expiryDays: null }));
    assert.deepEqual([link, recipients, expires], ['https://acme.example/downloadPublic/123', [], undefined]);
    assert.deepEqual([asked.at(-1)?.method, asked.at(-1)?.fields['link_expiration']], ['create_file_link', '0']);
    await assert.rejects(backend.send(draft({ recipients: [], items: [{ id: '/docs/' }], operation: 'operation 2' })), { code: 'invalid' });
  });
});

test('suggestions are users and groups apart, with name and company', async () => {
  for (const [brand, method] of [
    ['filegenius', 'user_location_access'],
    ['tuyu', 'users_location_access'],
  ] as const) {
    const { backend, asked } = scripted(site(), { brand });
    assert.deepEqual(await backend.recipients('ANNA', {}), [
      { kind: 'user', id: '7', name: 'Anna', email: 'anna@example.com', company: 'Acme' },
    ]);
    assert.deepEqual(await backend.recipients('nobody', { folder: { id: '/docs/' } }), []);
    assert.deepEqual(
      asked.map(({ verb, method: asks, fields }) => [verb, asks, fields['path']]),
      [
        ['GET', method, '/'],
        ['GET', method, '/docs/'],
      ],
    );
  }
});
