import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { SignJWT } from 'jose';
import { tokenAuthorize, type TokenClaims } from '../../src/relay/authorize.js';

const SECRET = 'the host app and the relay share this secret';
const asked = { backend: 'files', call: 'list', args: [] } as const;
const now = (): number => Math.floor(Date.now() / 1000);

/** A token as the PHP recipe makes one: with nothing but a hash. */
const token = (claims: Partial<Record<keyof TokenClaims, unknown>>, secret = SECRET, header = '{"alg":"HS256"}'): string => {
  const text = (value: string): string => Buffer.from(value).toString('base64url');
  const body = `${text(header)}.${text(JSON.stringify({ sub: 'anna', aud: 'ferrykit', exp: now() + 60, ...claims }))}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
};
const request = (authorization?: string, cookie?: string): Request =>
  new Request('http://relay.example/', {
    headers: { ...(authorization !== undefined && { authorization }), ...(cookie !== undefined && { cookie }) },
  });

describe('tokenAuthorize', () => {
  const authorize = tokenAuthorize({ secret: SECRET, cookie: 'ferry' });

  it('knows the user by a token that the host app made, by hand or with a library', async () => {
    assert.deepEqual(await authorize(request(`Bearer ${token({})}`), asked), { user: 'anna' });
    const made = await new SignJWT({ root: '7', limits: { maxFileSize: 5e9 } })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('bob')
      .setAudience('ferrykit')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(SECRET));
    assert.deepEqual(await authorize(request(`bearer ${made}`), asked), { user: 'bob', root: '7', limits: { maxFileSize: 5e9 } });
    assert.deepEqual(await authorize(request(undefined, `a=b; ferry=${token({ calls: ['list'] })}`), asked), {
      user: 'anna',
      calls: ['list'],
    });
  });

  it('knows nobody by anything else', async () => {
    const wrong = [
      undefined,
      '',
      'Bearer',
      'Bearer nonsense',
      `Basic ${token({})}`,
      `Bearer ${token({}, 'another secret that is long enough too')}`,
      `Bearer ${token({}, SECRET, '{"alg":"HS512"}')}`,
      `Bearer ${token({}, SECRET, '{"alg":"none"}').replace(/[^.]*$/, '')}`,
      `Bearer ${token({ aud: 'somebody' })}`,
      `Bearer ${token({ aud: undefined })}`,
      `Bearer ${token({ sub: '' })}`,
      `Bearer ${token({ sub: undefined })}`,
      `Bearer ${token({ exp: undefined })}`,
      `Bearer ${token({ exp: now() - 120 })}`,
      `Bearer ${token({ root: 7 })}`,
      `Bearer ${token({ calls: ['everything'] })}`,
      `Bearer ${token({ calls: 'list' })}`,
      `Bearer ${token({ limits: { maxFileSise: 5 } })}`,
      `Bearer ${token({ limits: { maxFileSize: '5' } })}`,
      `Bearer ${token({ limits: { types: '.pdf' } })}`,
      `Bearer ${token({ limits: { conflicts: 'rename' } })}`,
    ];
    for (const header of wrong) assert.equal(await authorize(request(header), asked), undefined, header);
    assert.equal(await authorize(request(undefined, `other=${token({})}`), asked), undefined);
  });

  it('forgives a minute of clock error', async () => {
    assert.ok(await authorize(request(`Bearer ${token({ exp: now() - 30 })}`), asked));
  });

  it('is good for the backends that the token names', async () => {
    assert.ok(await authorize(request(`Bearer ${token({ backends: ['files'] })}`), asked));
    await assert.rejects(async () => authorize(request(`Bearer ${token({ backends: ['other'] })}`), asked), { code: 'forbidden' });
  });

  it('takes the secrets of a list, and no short one', async () => {
    const both = tokenAuthorize({ secret: ['the secret of this year, long enough', SECRET] });
    assert.ok(await both(request(`Bearer ${token({})}`), asked));
    assert.throws(() => tokenAuthorize({ secret: 'short' }), /tokenAuthorize: secret 1 is 5 bytes/);
  });
});
