import assert from 'node:assert/strict';
import { createHash, randomFillSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { choices } from '../../stories/demo/backends.js';
import type { Item } from '../../src/backend/item.js';
import { launch } from '../tools/engines.js';
import { complaintsOf, openDemoSite } from './demo-site.js';
import { rows, type Open } from './services.rows.js';
import type { Site } from './site.js';

/** More than one chunk of Filemail; nothing; and a name that means something to URLs, forms, shells and XML. */
const FILES = { 'large.bin': 60_000_000, 'empty.txt': 0, 'ünï & 100%20 +a=b #1 <日本> 😀; $x.txt': 12_345 };
const NAMES = Object.keys(FILES);
const MESSAGE = 'Here they are: ü & <b>.';
const EMAIL = 'ada@example.com';

/** What the page's own script can use. */
interface Scope {
  ferrykit: typeof import('../../src/index.js');
  /** What has arrived, kept from one step to the next. */
  arrived: Item[];
}

let browser: Browser;
let folder: string;
/** SHA-256 of every file, by its name. */
const digests = new Map<string, string>();

before(async () => {
  browser = await launch('chromium');
  folder = await mkdtemp(join(tmpdir(), 'ferrykit-services-'));
  for (const [name, size] of Object.entries(FILES)) {
    const bytes = randomFillSync(Buffer.alloc(size));
    digests.set(name, createHash('sha256').update(bytes).digest('hex'));
    await writeFile(join(folder, name), bytes);
  }
});
after(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

for (const row of rows)
  describe(`${row.label} on the demo page`, { concurrency: false, timeout: 300_000 }, () => {
    let service: Open;
    let site: Site;
    let page: Page;
    /** What the page complained of. */
    let complaints: string[];
    /** Names as the service gave them, in the order of the files. */
    let names: string[];

    before(async () => {
      service = await row.open();
      site = await openDemoSite(['disk', row.name], { backends: { [row.name]: service.backend } });
      page = await browser.newPage();
      complaints = complaintsOf(page);
      await page.goto(site.url);
    });
    after(async () => {
      await page.close();
      await site.remove();
      await service.close();
    });

    it('is chosen', async () => {
      await page.getByLabel('Files go to').selectOption({ label: row.label });
      const about = choices.find(({ name }) => name === row.name)?.about ?? assert.fail();
      await page.getByText(about).waitFor();
      await page.locator('ferry-upload').getByText('Drop files').waitFor();
    });

    it('takes a file of 60 MB, one of 0 bytes and one with a difficult name, byte for byte', async () => {
      const ended = page.evaluate(
        () =>
          new Promise<{ failed: number }>((resolve) => {
            const scope = window as unknown as Scope;
            scope.arrived = [];
            const element = document.querySelector('ferry-upload');
            element?.addEventListener('ferry-uploaded', ({ detail: { item } }) => {
              if (item) scope.arrived.push(item);
            });
            element?.addEventListener('ferry-completed', ({ detail }) => resolve({ failed: detail.failed.length }), { once: true });
          }),
      );
      const paths = NAMES.map((name) => join(folder, name));
      await page.locator('ferry-upload input[type=file]').first().setInputFiles(paths);
      // Where a delivery comes before its files, the demo lets them wait for whoever writes to somebody.
      if (row.apart) await page.locator('ferry-upload').getByRole('button', { name: 'Start upload' }).click();
      assert.deepEqual(await ended, { failed: 0 });
      const arrived = await page.evaluate(() => (window as unknown as Scope).arrived.map(({ name, size }) => ({ name, size })));
      assert.equal(arrived.length, NAMES.length, 'each file has its item');
      names = NAMES.map((name) => arrived.find(({ size }) => size === FILES[name as keyof typeof FILES])?.name ?? assert.fail(name));
      assert.deepEqual(names.slice(0, 2), NAMES.slice(0, 2));
      assert.ok(names[2]?.includes('日本'), `the difficult name is kept as far as the service lets it: ${String(names[2])}`);
      assert.deepEqual(service.names().sort(), [...names].sort());
      for (const [index, name] of names.entries()) assert.equal(await service.sha256(name), digests.get(NAMES[index] ?? ''), name);
    });

    it('lists them', async () => {
      const browse = page.locator('ferry-browser');
      if (row.blind) {
        await browse.getByText('Not possible here').waitFor();
        return;
      }
      if (row.apart) await browse.getByRole('gridcell', { name: /^large\.bin \+ 2/ }).dblclick();
      for (const name of names) await browse.getByText(name).first().waitFor();
    });

    it(`renames${row.move ? ' and moves' : ''} what it can`, async () => {
      const can = await page.evaluate(async (backend) => {
        const { ferrykit } = window as unknown as Scope;
        const { rename, move } = await ferrykit.relayBackend({ url: '/relay', backend }).capabilities({});
        return { rename, move };
      }, row.name);
      assert.deepEqual(can, { rename: row.rename, move: row.move });
      if (!row.rename) return;
      const renamed = await page.evaluate(
        async ([backend, move]) => {
          const { ferrykit, arrived } = window as unknown as Scope;
          const relayed = ferrykit.relayBackend({ url: '/relay', backend });
          for (const [index, item] of arrived.entries()) arrived[index] = await relayed.rename(item, `new ${item.name}`);
          if (!move) return arrived.map(({ name }) => name);
          const to = await relayed.createFolder(ferrykit.ROOT, 'moved', { conflict: 'ask' });
          const outcomes = await relayed.move(arrived, { to, conflict: 'ask', operation: 'moved here' });
          arrived.splice(0, arrived.length, ...outcomes.flatMap((outcome) => ('item' in outcome ? [outcome.item] : [])));
          const { items } = await relayed.list(to, {});
          return items.map(({ name }) => name);
        },
        [row.name, row.move] as const,
      );
      assert.deepEqual(renamed.sort(), names.map((name) => `new ${name}`).sort());
      names = names.map((name) => `new ${name}`);
      for (const [index, name] of names.entries()) assert.equal(await service.sha256(name), digests.get(NAMES[index] ?? ''), name);
    });

    it('sends them', async () => {
      const told = await page.evaluate(
        async ({ backend, apart, subject, more, email, message }) => {
          const { ferrykit, arrived } = window as unknown as Scope;
          const relayed = ferrykit.relayBackend({ url: '/relay', backend });
          const recipients = [{ kind: 'email' as const, email }];
          if (apart) {
            const [delivery] = (await relayed.deliveries({})).deliveries;
            if (!delivery) return [];
            await relayed.change(delivery, { subject: 'Papers' });
            return relayed.forward(delivery, { recipients, message, operation: 'forwarded here' });
          }
          const draft = { items: arrived, recipients, message, ...(subject && { subject: 'Papers' }), ...more, operation: 'sent here' };
          return (await relayed.send(draft)).recipients;
        },
        { backend: row.name, apart: row.apart, subject: row.subject, more: row.draft, email: EMAIL, message: MESSAGE },
      );
      assert.deepEqual(
        told.map(({ recipient, state }) => [recipient.email, state]),
        [[EMAIL, 'accepted']],
      );
      const mails = service.mails();
      assert.deepEqual(
        mails.map(({ to, message, subject, leadsTo }) => [to, message, subject, [...leadsTo].sort()]),
        [[[EMAIL], MESSAGE, row.subject ? 'Papers' : undefined, [...names].sort()]],
      );
    });

    if (row.apart)
      it('brings what a page wants to send, and writes to people only then', async () => {
        const before = service.mails().length;
        const delivery = await page.evaluate(
          async ([backend, email, message]) => {
            const { ferrykit } = window as unknown as Scope;
            const uploads = ferrykit.createUploads({ autoProceed: false });
            const target = { backend: ferrykit.relayBackend({ url: '/relay', backend }), folder: ferrykit.ROOT, conflict: 'ask' as const };
            await uploads.add([{ file: new File(['sent'], 'sent.txt') }], { target });
            const { subject, recipients, link } = await uploads.deliver({
              recipients: [{ kind: 'email', email }],
              subject: 'Sent',
              message,
            });
            return { subject, states: recipients.map(({ state }) => state), link };
          },
          [row.name, EMAIL, MESSAGE] as const,
        );
        assert.deepEqual([delivery.subject, delivery.states], ['Sent', ['accepted']]);
        assert.match(delivery.link ?? '', /^http/);
        const mails = service.mails().slice(before);
        assert.deepEqual(
          mails.map(({ to, subject, message, leadsTo }) => ({ to, subject, message, leadsTo })),
          [{ to: [EMAIL], subject: 'Sent', message: MESSAGE, leadsTo: ['sent.txt'] }],
        );
      });

    it('deletes them', async () => {
      const outcomes = await page.evaluate(async (backend) => {
        const { ferrykit, arrived } = window as unknown as Scope;
        return ferrykit.relayBackend({ url: '/relay', backend }).remove(arrived, { recursive: false });
      }, row.name);
      assert.equal(outcomes.length, NAMES.length);
      for (const outcome of outcomes) assert.ok('removed' in outcome, JSON.stringify(outcome));
      assert.deepEqual(
        service.names().filter((name) => names.includes(name)),
        [],
      );
    });

    it('and the page complains of nothing', () => {
      assert.deepEqual(complaints, []);
    });
  });
