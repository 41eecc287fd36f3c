import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CLAIM_LENGTH, seals } from '../../src/relay/seal.js';
import { SECRET } from './wire.js';

const OLD = `${SECRET} of last year`;
const anna = { backend: 'files', user: 'anna', root: '' };

describe('seals', () => {
  it('opens what it sealed for the same purpose, and nothing else', async () => {
    const kept = seals(SECRET);
    const token = await kept.of('ticket').seal({ deep: ['ü', 1, null] });
    assert.deepEqual(await kept.of('ticket').open(token), { deep: ['ü', 1, null] });
    await assert.rejects(kept.of('cursor').open(token), { code: 'forbidden' });
    for (const wrong of [
      '',
      'x',
      `${token}x`,
      token.slice(1),
      token.replace(/.{5}$/, (end) => `${end.startsWith('A') ? 'B' : 'A'}${end.slice(1)}`),
    ]) {
      await assert.rejects(kept.of('ticket').open(wrong), { code: 'forbidden' }, wrong);
    }
    await assert.rejects(seals(OLD).of('ticket').open(token), { code: 'forbidden' });
  });

  it('hides what is sealed', async () => {
    const token = await seals(SECRET).of('ticket').seal('a delete key');
    assert.ok(!Buffer.from(token, 'base64url').toString('latin1').includes('delete'));
  });

  it('opens under any secret of the list, and seals under the first', async () => {
    const before = seals(OLD);
    const during = seals([SECRET, OLD]);
    const afterwards = seals(SECRET);
    const token = await before.of('ticket').seal(1);
    assert.equal(await during.of('ticket').open(token), 1);
    await assert.rejects(afterwards.of('ticket').open(token), { code: 'forbidden' });
    assert.equal(await afterwards.of('ticket').open(await during.of('ticket').seal(2)), 2);
    assert.ok(during.claimed('item', anna, '7', before.claim('item', anna, '7')));
    assert.ok(afterwards.claimed('item', anna, '7', during.claim('item', anna, '7')));
    assert.ok(!afterwards.claimed('item', anna, '7', before.claim('item', anna, '7')));
  });

  it('claims one id of one kind for one user at one backend below one root', () => {
    const kept = seals(SECRET);
    const claim = kept.claim('item', anna, '7');
    assert.equal(claim.length, CLAIM_LENGTH);
    assert.ok(kept.claimed('item', anna, '7', claim));
    assert.ok(kept.claimed('item', anna, '7', `${claim}.a receipt`));
    assert.ok(!kept.claimed('delivery', anna, '7', claim));
    assert.ok(!kept.claimed('item', { ...anna, user: 'bob' }, '7', claim));
    assert.ok(!kept.claimed('item', { ...anna, backend: 'other' }, '7', claim));
    assert.ok(!kept.claimed('item', { ...anna, root: '1' }, '7', claim));
    assert.ok(!kept.claimed('item', anna, '8', claim));
    for (const wrong of [undefined, '', claim.slice(1), 'x'.repeat(CLAIM_LENGTH)]) assert.ok(!kept.claimed('item', anna, '7', wrong));
    // Where one part ends and the next begins must not be a matter of taste.
    assert.notEqual(
      kept.claim('item', { backend: 'a', user: 'bc', root: '' }, '7'),
      kept.claim('item', { backend: 'ab', user: 'c', root: '' }, '7'),
    );
  });

  it('refuses secrets that are missing or short', () => {
    assert.throws(() => seals('short'), /5 bytes long; it needs at least 32/);
    assert.throws(() => seals([SECRET, 'short']), /secret 2 is 5 bytes/);
    assert.throws(() => seals([]), /needs at least/);
  });
});
