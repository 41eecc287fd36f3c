import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { choices } from '../../stories/demo/backends.js';
import { ROOT } from '../tools/checkout.mjs';
import { launch } from '../tools/engines.js';
import { ended } from './acting.js';
import { everyCall } from './canary.deeds.js';
import { rows } from './canary.rows.js';
import { indiscreetForward } from './indiscreet.js';
import { leaks, type Sight } from './secrets.js';
import { watch, type Watched } from './sights.js';
import { openSite, type Site, type SiteOptions } from './site.js';

/** What all relays of these tests seal with. */
const SEAL = 'canary-seal-0f6b2c91d7e84a53-which-is-long-enough';

/** Every file that is made for browsers: what the package ships, with its source maps, and the pages of the demo. */
async function shipped(): Promise<Sight[]> {
  const folders = ['dist', 'stories/demo'].map((folder) => join(ROOT, folder));
  const paths = await Promise.all(
    folders.map(async (folder) => (await readdir(folder, { recursive: true })).map((name) => join(folder, name))),
  );
  const files = paths.flat().filter((path) => /\.(m?js|map|html|css|json|svg)$/.test(path));
  return Promise.all(files.map(async (path) => ({ where: 'file', of: path, text: await readFile(path, 'utf8') })));
}

const upload = async (page: Page, files: Record<string, number>): Promise<number> => {
  const end = ended(page);
  const chosen = Object.entries(files).map(([name, size]) => ({ name, mimeType: '', buffer: randomBytes(size) }));
  await page.locator('ferry-upload input[type=file]').first().setInputFiles(chosen);
  return (await end).uploaded;
};

describe('secrets of the server', { concurrency: false }, () => {
  let browser: Browser;
  let files: Sight[];
  before(async () => {
    [browser, files] = await Promise.all([launch('chromium'), shipped()]);
  });
  after(() => browser.close());

  /** A site, and a watched window that has nothing open yet; `close` ends what is behind the site. */
  const visit = async (
    t: TestContext,
    options: SiteOptions = {},
    close: () => Promise<void> = () => Promise.resolve(),
  ): Promise<{ site: Site; window: Watched; page: Page }> => {
    const open = [close];
    t.after(async () => {
      for (const one of open.reverse()) await one();
    });
    const site = await openSite(options);
    open.push(() => site.remove());
    const window = await watch(browser);
    open.push(() => window.close());
    return { site, window, page: window.page };
  };

  it('are looked for at every backend of the demo', () => {
    assert.deepEqual(
      choices.map(({ name }) => name).filter((name) => !(name in rows)),
      [],
    );
  });

  for (const [name, open] of Object.entries(rows)) {
    it(`are nowhere that a browser can see: ${name}`, async (t) => {
      const kept = await open();
      const { backend, storage, knobs } = kept;
      const options: SiteOptions = {
        backends: { canary: backend },
        secret: SEAL,
        storage: storage ? [storage.origin] : [],
        forward: indiscreetForward(() => kept.secrets()),
        // The host's own log is not a browser's.
        report: () => undefined,
      };
      const { site, window, page } = await visit(t, options, () => kept.close());
      const load = async (): Promise<void> => {
        await page.goto(`${site.url}/upload/canary?${encodeURIComponent('multiple conflict=rename')}`);
        await page.locator('ferry-upload').getByText('Drop files or folders here').waitFor();
      };
      if (storage) {
        storage.letIn(false);
        await load();
        // What a store says of a refusal comes by the relay, too.
        knobs?.next(/^storage PUT/, 'error');
        assert.equal(await upload(page, { 'round.bin': 10 }), 1);
        await window.settled();
        storage.letIn(true);
      }
      await load();
      const { upload: how } = await backend.capabilities({});
      assert.equal(await upload(page, { 'small.bin': 10 }), 1);
      if (how && how.resume && how.maxParts > 1 && !how.needsDelivery)
        // What a page remembers of a large file is forgotten when it is there.
        await page.route(`${site.url}/relay`, async (route) => {
          if (route.request().postData()?.includes('"call":"complete"')) await window.stored('IndexedDB');
          await route.continue();
        });
      assert.equal(await upload(page, { 'large.bin': 6_000_000 }), 1);
      await page.unroute(`${site.url}/relay`);
      const { answered, unanswered } = await page.evaluate(everyCall);
      assert.deepEqual(unanswered, [], 'every call that there is was answered once');
      assert.ok(answered.length > 5, answered.join());
      if (knobs) {
        for (const rate of [0.4, 1]) {
          knobs.errorRate = rate;
          await page.evaluate(everyCall);
        }
        knobs.errorRate = 0;
      }
      if (kept.ruin) {
        await kept.ruin();
        await page.evaluate(everyCall);
      }
      const sights = await window.sights();
      const seen = (where: string, of: RegExp): boolean =>
        sights.some((one) => one.where === where && of.test(one.of) && one.text.length > 2);
      for (const where of ['URL', 'request header', 'response header', 'response body', 'log', 'storage', 'page'])
        assert.ok(seen(where, /^/), `nothing was seen of any ${where}`);
      for (const of of [/\/upload\/canary/, /\/ferrykit\.min\.js$/, /\/relay$/]) assert.ok(seen('response body', of), String(of));
      assert.deepEqual(leaks([...sights, ...files], { ...kept.secrets(), 'seal of the relay': SEAL }), []);
    });
  }

  it('would be found wherever they were', async (t) => {
    const secret = 'planted secret 0123456789';
    const { site, window, page } = await visit(t);
    await page.route('**/planted**', (route) =>
      route.fulfill({
        headers: { 'x-planted': secret, 'set-cookie': `planted=${encodeURIComponent(secret)}`, 'content-type': 'text/html' },
        body: `<!doctype html><title>Planted</title><p>${Buffer.from(`in a text ${secret} is hidden`).toString('base64')}</p>`,
      }),
    );
    await page.goto(`${site.url}/planted`);
    await page.evaluate(async (planted) => {
      console.log(btoa(`x${planted}y`));
      localStorage.setItem('kept', encodeURIComponent(planted));
      await (await caches.open('cache')).put('/cached', new Response(planted));
      const shadow = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'open' });
      shadow.append(planted);
      await fetch(`/planted?${new URLSearchParams({ planted }).toString()}`, {
        method: 'POST',
        headers: { 'x-asked': planted },
        body: planted,
      });
    }, secret);
    const found = leaks(await window.sights(), { secret }).map((told) => told.split(' of ')[0]?.slice('secret in '.length));
    assert.deepEqual([...new Set(found)].sort(), [
      'URL',
      'cache',
      'cookie',
      'log',
      'page',
      'request body',
      'request header',
      'response body',
      'response header',
      'storage',
    ]);
  });

  it('would be found in whatever a page keeps them in, be it for a moment', async (t) => {
    const secrets = {
      local: 'planted-local-0123',
      session: 'planted-session-0123',
      database: 'planted-database-0123',
      history: 'planted-history-0123',
    };
    const { site, window, page } = await visit(t);
    await page.goto(`${site.url}/upload`);
    await page.evaluate(async (planted) => {
      for (const [storage, secret] of [[localStorage, planted.local], [sessionStorage, planted.session]] as const) {
        storage.setItem('planted', secret);
        storage.clear();
      } // prettier-ignore
      history.replaceState({ secret: planted.history }, '');
      history.replaceState(null, '');
      await new Promise((resolve) => {
        const opening = indexedDB.open('planted', 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore('store');
        opening.onsuccess = () => {
          const transaction = opening.result.transaction('store', 'readwrite');
          transaction.oncomplete = resolve;
          transaction.objectStore('store').put({ deep: [planted.database] }, 'key');
          transaction.objectStore('store').clear();
        };
      });
    }, secrets);
    const found = leaks(await window.sights(), secrets);
    for (const name of Object.keys(secrets)) assert.match(found.join('\n'), new RegExp(`${name} in storage`));
  });
});
