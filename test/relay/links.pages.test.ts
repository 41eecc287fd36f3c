import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it, mock } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import type { Backend } from '../../src/backend/backend.js';
import type { Delivery, DeliveryDraft } from '../../src/backend/delivery.js';
import { ROOT, type Item, type Ref } from '../../src/backend/item.js';
import { memoryStore } from '../../src/relay/store.js';
import { linked, startCatcher, type Catcher } from './linked.js';
import { buttons, links, reader } from './reader.js';
import { unzip } from './unzip.js';
import { wire, type Wire } from './wire.js';

const files = memory({
  capabilities: { list: { pageSize: 300 } },
  seed: {
    'a.txt': '0123456789',
    'תמונה (1).txt': 'picture',
    '<img src=x onerror=alert(1)>"\'.txt': 'evil',
    'page.html': new Blob(['<script>alert(1)</script>'], { type: 'text/html' }),
    gone: 'gone',
    photos: { 'one.jpg': 'one', raw: { 'x.dng': 'x' }, empty: {} },
    many: Object.fromEntries(Array.from({ length: 450 }, (_, index) => [`${String(index).padStart(3, '0')}.txt`, String(index)])),
    outside: { 'secret.txt': 'secret' },
  },
});
/** As base64url has them. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const store = memoryStore();
let catcher: Catcher;
let served: Wire;
let other: Wire;
let anna: Backend;
let items: Map<string, Item>;
let operations = 0;

before(async () => {
  catcher = await startCatcher();
  const backends = {
    files: linked(files, catcher, { store, url: () => served.url, addressOf: (request) => request.headers.get('x-address') ?? '' }),
  };
  served = await wire({ backends, store });
  // A second relay behind the same address, with nothing of its own but the store.
  other = await wire({ backends: { files: linked(files, catcher, { store, url: () => served.url }) }, store });
  anna = served.as('anna');
  items = new Map((await anna.list(ROOT, {})).items.map((item) => [item.name, item]));
});
after(async () => {
  await Promise.all([served.close(), other.close(), catcher.close()]);
});
afterEach(() => mock.timers.reset());

const refOf = (name: string): Ref => {
  const { id, claim } = items.get(name) ?? {};
  assert.ok(id !== undefined && claim !== undefined, name);
  return { id, claim };
};
const send = async (names: string[], over: Partial<DeliveryDraft> = {}): Promise<Delivery & { link: string }> => {
  const sent = await anna.send({ items: names.map(refOf), recipients: [], operation: `operation ${(operations += 1)}`, ...over });
  assert.ok(sent.link !== undefined);
  return { ...sent, link: sent.link };
};
const counted = async ({ id, claim }: Ref): Promise<number | undefined> => (await anna.delivery({ id, claim: claim ?? '' })).downloads;

describe('the page of a link', () => {
  it('lists files with name and size, and gives each and all of them', async () => {
    const { link } = await send(['a.txt', 'page.html', 'photos'], {
      subject: 'Harbour',
      message: 'Two\nlines',
      sender: 'anna@example.com',
    });
    const visitor = reader();
    const page = await visitor.get(link);
    assert.equal(page.status, 200);
    for (const part of ['Harbour', 'Two\nlines', 'anna@example.com', 'a.txt', '10 bytes', 'photos', 'Until'])
      assert.ok(page.text.includes(part), part);
    const got = await visitor.download(link, buttons(page)['a.txt']);
    assert.deepEqual([got.status, got.text], [200, '0123456789']);
    assert.match(got.headers.get('content-disposition') ?? '', /^attachment; filename="a.txt"/);
    const evil = await visitor.download(link, buttons(page)['page.html']);
    assert.match(evil.headers.get('content-security-policy') ?? '', /sandbox/);
    assert.match(evil.headers.get('content-disposition') ?? '', /^attachment/);
    const all = await visitor.download(link, 'all');
    assert.equal(all.headers.get('content-type'), 'application/zip');
    assert.deepEqual(
      [...unzip(all.bytes)],
      [
        ['a.txt', '0123456789'],
        ['page.html', '<script>alert(1)</script>'],
        ['photos/', undefined],
        ['photos/empty/', undefined],
        ['photos/raw/', undefined],
        ['photos/raw/x.dng', 'x'],
        ['photos/one.jpg', 'one'],
      ],
    );
  });

  it('has a style sheet, and loads nothing else', async () => {
    const { link } = await send(['a.txt']);
    const { text } = await reader().get(link);
    assert.deepEqual(
      [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, url]) => url),
      ['data:,', 'page.css'],
    );
    const sheet = await fetch(new URL('page.css', link));
    assert.deepEqual([sheet.status, sheet.headers.get('content-type')], [200, 'text/css; charset=utf-8']);
    assert.equal((await fetch(new URL('other.css', link))).status, 404);
  });

  it('shows every name by itself, and as it is', async () => {
    const names = ['תמונה (1).txt', '<img src=x onerror=alert(1)>"\'.txt'];
    const { link } = await send(names, { subject: '<b>&amp;', message: '<script>alert(1)</script>' });
    const { text } = await reader().get(link);
    assert.ok(text.includes('<bdi>תמונה (1).txt</bdi>'));
    assert.ok(text.includes('<bdi>&lt;img src=x onerror=alert(1)&gt;&quot;&#39;.txt</bdi>'));
    assert.ok(text.includes('<h1 dir="auto">&lt;b&gt;&amp;amp;</h1>'));
    assert.ok(text.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
  });

  it('gives ranges, for players and for downloads that were cut', async () => {
    const { link } = await send(['a.txt']);
    const visitor = reader();
    const { url } = await visitor.download(link);
    const range = await reader().get(url, { range: 'bytes=2-4' });
    assert.deepEqual([range.status, range.text, range.headers.get('content-range')], [206, '234', 'bytes 2-4/10']);
    const head = await reader().get(url, {}, 'HEAD');
    assert.deepEqual([head.status, head.text, head.headers.get('content-length')], [200, '', '10']);
  });

  it('opens a folder that was sent by itself, follows what is in it, and shows nothing beside it', async () => {
    const { link } = await send(['photos']);
    const visitor = reader();
    const page = await visitor.get(link);
    assert.deepEqual(Object.keys(buttons(page)), ['one.jpg']);
    const raw = await visitor.get(links(page)['raw'] ?? '');
    assert.equal((await visitor.download(link, buttons(raw)['x.dng'])).text, 'x');
    assert.ok(links(raw)['photos']?.startsWith(link), 'there is a way back');

    const photos = items.get('photos')!;
    const added = await anna.createFolder(photos, 'later', { conflict: 'ask' });
    assert.ok((await visitor.get(link)).text.includes('later'));
    const moved = await visitor.get(links(await visitor.get(link))['later'] ?? '');
    assert.equal(moved.status, 200);
    await anna.move([added], { to: ROOT, conflict: 'ask', operation: 'move it out' });
    assert.equal((await visitor.get(moved.url)).status, 404, 'what was moved out is not shared any more');
    await anna.remove([added], { recursive: true });

    // The same name with another id: the proof is for that one only.
    const [top, , claim] = new URL(moved.url).searchParams.get('in')!.split('.');
    const outside = Buffer.from((await files.list({ id: items.get('outside')!.id }, {})).items[0]!.id).toString('base64url');
    assert.equal((await visitor.download(link, `${top!}.${outside}.${claim!}`)).status, 403);
    assert.equal((await visitor.get(`${link}?in=1`)).status, 403);
  });

  it('shows large folders in pages', async () => {
    const { link } = await send(['many']);
    const visitor = reader();
    const seen: string[] = [];
    for (let url: string | undefined = link; url !== undefined;) {
      const page = await visitor.get(url);
      seen.push(...Object.keys(buttons(page)));
      url = links(page)['Next page'];
    }
    assert.equal(seen.length, 450);
    assert.equal(new Set(seen).size, 450);
    const zip = await visitor.download(link, '0');
    assert.equal(unzip(zip.bytes).size, 451);
  });

  it('tells of an item that was deleted since, and gives the others', async () => {
    const [copy] = await anna.copy([refOf('gone')], {
      to: { id: items.get('photos')!.id, claim: items.get('photos')!.claim! },
      conflict: 'rename',
      operation: 'copy to delete',
    });
    assert.ok(copy && 'item' in copy);
    items.set('copy', copy.item);
    const { link, id, claim } = await send(['copy', 'a.txt']);
    const visitor = reader();
    const before = await visitor.get(link);
    await anna.remove([copy.item], { recursive: false });
    assert.match((await visitor.get(link)).text, /<bdi>gone<\/bdi><\/span>\s*<span class="wrong">No longer there/);
    assert.equal((await visitor.download(link, buttons(before)['gone'])).status, 404);
    assert.deepEqual([...unzip((await visitor.download(link, 'all')).bytes)], [['a.txt', '0123456789']]);
    assert.deepEqual(
      (await anna.delivery({ id, claim: claim! })).items?.map(({ name }) => name),
      ['a.txt'],
    );
    await assert.rejects(send(['copy']), { code: 'not-found' });
  });

  it('is not found by an address that was changed in one bit', async () => {
    const { link } = await send(['a.txt']);
    const id = link.slice(-22);
    for (const place of [0, 10, 20]) {
      const changed = LETTERS[LETTERS.indexOf(id[place] ?? '') ^ 1] ?? '';
      const wrong = link.slice(0, -22) + id.slice(0, place) + changed + id.slice(place + 1);
      for (const rest of ['', '/download', '/get/x']) {
        const { status, text } = await reader().get(wrong + rest);
        assert.equal(status, 404);
        assert.match(text, /No such link/);
      }
    }
    assert.equal((await reader().get(`${served.url}/links/`)).status, 400);
    assert.equal((await reader().get(`${served.url}/links/short`)).status, 404);
  });

  it('opens no download by an address that was changed, is of another link, or is a day old', async () => {
    const [one, two] = [await send(['a.txt']), await send(['page.html'])];
    const visitor = reader();
    const { url } = await visitor.download(one.link);
    assert.equal((await visitor.get(`${url.slice(0, -5)}AAAAA`)).status, 403);
    assert.equal((await visitor.get(url.replace(one.id, two.id))).status, 403);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 86_400_000 + 1000 });
    const stale = await visitor.get(url);
    assert.deepEqual([stale.status, stale.text.includes('Open the link again')], [403, true]);
  });

  it('says when the link has expired, was revoked or changed', async () => {
    const expiring = await send(['a.txt'], { expiryDays: 1 });
    const { url } = await reader().download(expiring.link);
    const revoked = await send(['a.txt']);
    const { url: taken } = await reader().download(revoked.link);
    await anna.revoke({ id: revoked.id, claim: revoked.claim! });
    for (const address of [revoked.link, taken]) {
      const { status, text } = await reader().get(address);
      assert.deepEqual([status, text.includes('was withdrawn')], [410, true]);
    }
    assert.equal((await reader().download(revoked.link)).status, 410);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 86_400_000 });
    for (const address of [expiring.link, url]) {
      const { status, text } = await reader().get(address);
      assert.deepEqual([status, text.includes('has expired')], [410, true]);
    }
    await anna.change({ id: expiring.id, claim: expiring.claim! }, { expires: Date.now() + 1000 });
    assert.equal((await reader().get(expiring.link)).status, 200);
  });
});

describe('the password of a link', () => {
  const address = (own: string): Record<string, string> => ({ 'x-address': own });

  it('is asked for before anything is told, and remembered', async () => {
    const { link } = await send(['a.txt'], { password: 'corréct', subject: 'Harbour' });
    const visitor = reader();
    const asked = await visitor.get(link);
    assert.equal(asked.status, 200);
    for (const secret of ['a.txt', 'Harbour', 'corréct']) assert.ok(!asked.text.includes(secret), secret);
    assert.equal((await visitor.download(link)).status, 403);
    const wrong = await visitor.post(link, { password: 'correct' });
    assert.equal(wrong.status, 403);
    assert.match(wrong.text, /role="alert">This is not the password/);
    // Written with a combining accent, as some keyboards do.
    const page = await visitor.post(link, { password: 'corre\u0301ct' });
    assert.deepEqual([page.status, page.url], [200, link]);
    assert.ok(page.text.includes('a.txt'));
    const { url, text } = await visitor.download(link);
    assert.equal(text, '0123456789');
    assert.equal((await reader().get(link)).text.includes('a.txt'), false, 'others are asked as well');
    assert.equal((await reader().get(url)).text, '0123456789', 'a player has no cookies');
  });

  it('locks everything again when it is changed, and is gone when it is taken away', async () => {
    const { link, id, claim } = await send(['a.txt'], { password: 'one' });
    const visitor = reader();
    await visitor.post(link, { password: 'one' });
    const { url } = await visitor.download(link);
    await anna.change({ id, claim: claim! }, { password: 'two' });
    assert.equal((await visitor.get(link)).text.includes('a.txt'), false);
    assert.equal((await visitor.get(url)).status, 403);
    await anna.change({ id, claim: claim! }, { password: null });
    assert.ok((await visitor.get(link)).text.includes('a.txt'));
  });

  it('is never told, nor kept as it is', async () => {
    const { id, claim } = await send(['a.txt'], {
      password: 'a password of some length',
      recipients: [{ kind: 'email', email: 'one@example.com' }],
    });
    const mail = catcher.mails.pop();
    assert.equal(mail?.recipient, 'one@example.com');
    let kept = '';
    for await (const key of store.keys('')) kept += key + JSON.stringify(await store.get(key));
    const told = JSON.stringify([await anna.delivery({ id, claim: claim! }), await anna.deliveries({})]);
    for (const text of [mail.raw, mail.text, mail.html, kept, told]) assert.ok(!text.includes('a password of some length'));
    assert.match(mail.text, /A password is asked for/);
  });

  it('guessed 100 times in a minute is throttled, for whoever guesses and nobody else', async () => {
    const { link } = await send(['a.txt'], { password: 'right' });
    const guesser = reader(address('2001:db8:1:2::1'));
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => guesser.post(link, { password: `guess ${index}` })));
    assert.equal(answers.filter(({ status }) => status === 403).length, 10);
    const throttled = answers.filter(({ status }) => status === 429);
    assert.equal(throttled.length, 90);
    assert.match(throttled[0]?.text ?? '', /Too many wrong passwords/);
    const wait = Number(throttled[0]?.headers.get('retry-after'));
    assert.ok(wait > 800 && wait <= 900, String(wait));
    assert.equal((await guesser.post(link, { password: 'right' })).status, 429, 'not even the right one is looked at');
    assert.equal((await reader(address('2001:db8:1:2:ffff::2')).post(link, { password: 'right' })).status, 429, 'the same network');
    for (const own of ['2001:db8:1:3::1', '192.0.2.1']) {
      const visitor = reader(address(own));
      assert.equal((await visitor.post(link, { password: 'wrong' })).status, 403);
      assert.equal((await visitor.post(link, { password: 'right' })).status, 200);
    }
    const another = await send(['a.txt'], { password: 'right' });
    assert.equal((await guesser.post(another.link, { password: 'right' })).status, 200, 'another link');
    mock.timers.enable({ apis: ['Date'], now: Date.now() + wait * 1000 });
    assert.equal((await guesser.post(link, { password: 'right' })).status, 200);
  });
});

describe('a download of a link', () => {
  it('counts once a visitor, on the button, and not on what looks at it', async () => {
    const sent = await send(['a.txt', 'page.html']);
    const visitor = reader();
    const page = await visitor.get(sent.link);
    for (const method of ['GET', 'HEAD']) {
      await reader().get(sent.link, {}, method);
      assert.equal((await reader().get(`${sent.link}/download`, {}, method)).status, 405);
    }
    assert.equal(await counted(sent), 0);
    const { url } = await visitor.download(sent.link, buttons(page)['a.txt']);
    assert.equal(await counted(sent), 1);
    for (const headers of [{}, { range: 'bytes=0-3' }, { range: 'bytes=4-' }]) await reader().get(url, headers);
    await visitor.download(sent.link, buttons(page)['page.html']);
    await visitor.download(sent.link, 'all');
    assert.equal(await counted(sent), 1);
    await reader().download(sent.link);
    assert.equal(await counted(sent), 2);
    assert.equal((await reader().download(sent.link, '7')).status, 403);
    assert.equal(await counted(sent), 2, 'what is not there is no download');
  });

  it('is refused once the link was downloaded as often as is allowed, but not to those who were counted', async () => {
    const sent = await send(['a.txt', 'page.html'], { downloadLimit: 2 });
    const [one, two, three] = [reader(), reader(), reader()];
    const page = await three.get(sent.link);
    await one.download(sent.link);
    await two.download(sent.link);
    const refused = await three.download(sent.link, buttons(page)['a.txt']);
    assert.deepEqual([refused.status, refused.text.includes('used up')], [410, true]);
    assert.equal((await three.get(sent.link)).status, 410);
    assert.equal((await one.get(sent.link)).status, 200);
    assert.equal((await one.download(sent.link, '1')).status, 200);
    assert.equal(await counted(sent), 2);
    await anna.change({ id: sent.id, claim: sent.claim! }, { downloadLimit: 3 });
    assert.equal((await three.download(sent.link)).status, 200);
  });

  it('that is the last one goes to one of many who want it at once, from two relays', async () => {
    const sent = await send(['a.txt'], { downloadLimit: 1 });
    const elsewhere = sent.link.replace(served.url, other.url);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => reader().download(index % 2 ? sent.link : elsewhere)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array<number>(19).fill(410)]);
    assert.equal(await counted(sent), 1);
  });

  it('asked for twice at once by one visitor is one', async () => {
    const sent = await send(['a.txt', 'page.html'], { downloadLimit: 1 });
    const visitor = reader();
    await visitor.get(sent.link);
    const answers = await Promise.all([visitor.download(sent.link, '0'), visitor.download(sent.link, '1')]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200],
    );
    assert.equal(await counted(sent), 1);
  });
});
