import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it, mock } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { launch } from '../tools/engines.js';
import { complaintsOf, openDemoSite } from './demo-site.js';
import { visit, type Refused, type Term, type Visited } from './send.recipients.js';
import { rows, type Sending } from './send.rows.js';
import type { Site } from './site.js';

const FILES = ['plans.txt', 'a <b>bold & näme 日本.txt'];
const PEOPLE = ['ada@example.com', 'bo@example.com', 'cy@example.com'];
const SUBJECT = 'Plans & <i>papers</i>';
const MESSAGE = 'Here they are: <script>alert(1)</script>';
const PASSWORD = 'right & <i>proper</i>';
const DAYS = 1;
const LIMIT = 1;
const MINUTE = 60_000;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

function assertRefused({ status, text, files }: Visited, { status: expected, says }: Refused): void {
  assert.deepEqual([status, files], [expected, []]);
  assert.ok(text.includes(says), text);
}

let browser: Browser;
before(async () => {
  browser = await launch('chromium');
});
after(() => browser.close());

for (const row of rows)
  describe(`sending from ${row.label} on the demo page`, { concurrency: false, timeout: 120_000 }, () => {
    let sending: Sending;
    let site: Site;
    let page: Page;
    let dialog: Locator;
    let complaints: string[];
    /** Calls of `send` that went over the wire. */
    let sends = 0;
    /** What the service calls the files. */
    let names: string[] = [];

    before(async () => {
      sending = await row.open();
      site = await openDemoSite(['disk', row.name], {
        ...(sending.backend && { backends: { [row.name]: sending.backend } }),
        ...sending.site,
      });
      page = await browser.newPage();
      page.setDefaultTimeout(15_000);
      complaints = complaintsOf(page);
      page.on('request', (request) => {
        if (request.postData()?.includes('"call":"send"')) sends += 1;
      });
      await page.goto(site.url);
      dialog = page.locator('ferry-send');
    });
    after(async () => {
      await page.close();
      await site.remove();
      await sending.close();
    });

    it('takes two files', async () => {
      await page.getByLabel('Files go to').selectOption({ label: row.label });
      const upload = page.locator('ferry-upload');
      await upload.getByText('Drop files').waitFor();
      const ended = page.evaluate(
        (around) =>
          new Promise<string[]>((resolve) => {
            const names: string[] = [];
            const element = document.querySelector('ferry-upload');
            element?.addEventListener('ferry-uploaded', ({ detail }) => names.push(detail.item?.name ?? ''));
            element?.addEventListener('ferry-completed', () => resolve(names), { once: true });
            if (around) resolve([]);
          }),
        !!row.around,
      );
      await upload
        .locator('input[type=file]')
        .first()
        .setInputFiles(FILES.map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })));
      names = row.around ? FILES : await ended;
      assert.equal(names.length, FILES.length);
    });

    it('opens with what is to be sent', async () => {
      if (row.around || row.blind) await page.getByRole('button', { name: 'Send them to people' }).click();
      else {
        const list = page.locator('ferry-browser');
        for (const [index, name] of names.entries())
          await list.getByRole('gridcell', { name, exact: true }).click({ modifiers: index === 0 ? [] : ['Control'] });
        await list.getByRole('button', { name: 'Send', exact: true }).first().click();
      }
      for (const name of names) await dialog.getByText(name).first().waitFor();
    });

    it('takes three people, typed and pasted, and the options of the backend', async () => {
      const people = dialog.getByRole('combobox', { name: 'To' });
      await people.click();
      await page.keyboard.type(`${PEOPLE[0] ?? ''},`);
      await people.evaluate(
        (field, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', text);
          field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true, composed: true }));
        },
        `Bo Li <${PEOPLE[1] ?? ''}>; ${PEOPLE[2] ?? ''}`,
      );
      await dialog.getByRole('button', { name: /^Remove .*cy@example\.com/ }).waitFor();
      const fill = async (label: string, text: string): Promise<boolean> => {
        // What a service demands has a mark.
        const field = dialog.getByLabel(new RegExp(`^${label}\\*?$`));
        if ((await field.count()) === 0) return false;
        await field.fill(text);
        return true;
      };
      await fill('Subject', SUBJECT);
      assert.ok(await fill('Message', MESSAGE));
      if (row.sender !== undefined) {
        if ((await dialog.getByLabel('Your e-mail address').count()) === 0) await dialog.getByText('More options').click();
        await dialog.getByLabel('Your e-mail address').fill(row.sender);
      }
    });

    it('offers the terms that the service has, and no others', async () => {
      const { refuses } = row.pages;
      if ((await dialog.getByText('More options').count()) > 0)
        await dialog.locator('details').evaluate((details) => details.setAttribute('open', ''));
      const [password, expiry, limit] = [
        dialog.getByLabel(/^Password\*?$/),
        dialog.getByLabel('Available for'),
        dialog.getByLabel('Most downloads'),
      ];
      assert.deepEqual(
        [await password.count(), await expiry.count(), await limit.count()],
        [refuses.password, refuses.expiry, refuses.limit].map((refused) => (refused ? 1 : 0)),
      );
      if (refuses.password) await password.fill(PASSWORD);
      if (refuses.expiry) await expiry.selectOption({ label: 'One day' });
      if (refuses.limit) await limit.fill(String(LIMIT));
    });

    it('sends them once, and says what has become of it', async () => {
      await dialog.getByRole('button', { name: 'Send', exact: true }).click();
      await dialog.getByText('Sent to 3 recipients').waitFor();
      for (const person of PEOPLE) await dialog.getByText(person).first().waitFor();
      assert.equal(sends, 1, 'one call for all three');
    });

    it('and that is what the service has sent', () => {
      const mails = sending.mails();
      assert.deepEqual(mails.flatMap(({ to }) => to).sort(), PEOPLE);
      for (const { message, subject, leadsTo } of mails) {
        assert.ok(message.includes(MESSAGE), message);
        if (subject !== undefined && row.name !== 'files-com') assert.equal(subject, SUBJECT);
        if (!row.untold?.includes('leadsTo')) assert.deepEqual([...leadsTo].sort(), [...names].sort());
        else if (row.name === 'disk') for (const name of names) assert.ok(message.includes(name), message);
      }
    });

    it('and keeps to the terms', () => {
      const { password, expiry, limit } = row.pages.refuses;
      const terms = { ...(password && { password: PASSWORD }), ...(expiry && { days: DAYS }), ...(limit && { limit: LIMIT }) };
      if (sending.kept) assert.deepEqual(sending.kept(), terms);
    });

    /** All that one recipient finds under the links of the first mail. */
    const open = async (password = PASSWORD): Promise<Visited> => {
      const [mail] = sending.mails();
      const visited: Visited[] = [];
      for (const link of mail?.links ?? []) visited.push(await visit(browser, link, row.pages, password));
      return {
        status: Math.max(...visited.map(({ status }) => status)),
        text: visited.map(({ text }) => text).join('\n'),
        files: visited.flatMap(({ files }) => files),
      };
    };
    const assertGiven = ({ status, files }: Visited): void => {
      assert.deepEqual([status, files.sort()], [200, FILES.map(digest).sort()]);
    };
    const when = (term: Term, title: string, test: (refused: Refused) => Promise<void>): void => {
      const refused = row.pages.refuses[term];
      if (refused) it(title, () => test(refused));
    };

    when('password', 'gives nothing to a recipient with a wrong password', async (refused) => {
      assertRefused(await open('wrong'), refused);
    });

    when('expiry', 'gives nothing once the time is over, and not before', async (refused) => {
      const end = Date.now() + DAYS * 86_400_000;
      try {
        mock.timers.enable({ apis: ['Date'], now: end + MINUTE });
        assertRefused(await open(), refused);
        mock.timers.setTime(end - 5 * MINUTE);
        // A wrong password uses nothing up.
        const { password } = row.pages.refuses;
        if (password) assertRefused(await open('wrong'), password);
        else assertGiven(await open());
      } finally {
        mock.timers.reset();
      }
    });

    it('gives the same bytes to a recipient', async () => {
      assertGiven(await open());
    });

    when('limit', 'gives nothing over the limit, until the sender raises it', async (refused) => {
      assertRefused(await open(), refused);
      await dialog.getByRole('button', { name: 'Change', exact: true }).click();
      await dialog.getByLabel('Most downloads').fill('9');
      await dialog.getByRole('button', { name: 'Save', exact: true }).click();
      await dialog.getByRole('button', { name: 'Change', exact: true }).waitFor();
      assertGiven(await open());
    });

    it('can be revoked where the service can', async () => {
      const button = dialog.getByRole('button', { name: 'Revoke', exact: true });
      const refused = row.pages.refuses.revoke;
      assert.equal(await button.count(), refused ? 1 : 0);
      if (!refused) return;
      await button.click();
      await dialog.getByRole('button', { name: 'Revoke for good' }).click();
      await dialog.getByText('It was revoked').waitFor();
      assertRefused(await open(), refused);
    });

    it('and the page complains of nothing', () => {
      assert.deepEqual(complaints, []);
    });
  });
