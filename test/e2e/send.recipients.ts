import type { Browser, Locator, Page } from 'playwright-core';
import { sha256 } from './site.js';

/** What a page says to whom it gives nothing, and with which status. */
export interface Refused {
  status: number;
  says: string;
}

/** What a sender can ask for that the link then keeps to; `revoke`: that it ends at once. */
export type Term = 'password' | 'expiry' | 'limit' | 'revoke';

/** The pages that the recipients of a service see. */
export interface RecipientPages {
  /** What a file is downloaded with. */
  downloads(page: Page): Locator;
  /** How each term is kept to. Absent where the service, or its interface, has none: then `<ferry-send>` must not offer it. */
  refuses: Partial<Record<Term, Refused>>;
}

/** What a recipient got. */
export interface Visited {
  status: number;
  text: string;
  /** SHA-256 of every file that the page gives. */
  files: string[];
}

/** Opens a link in a browser that was never there before, gives the password where the page asks, and downloads all that it gives. */
export async function visit(browser: Browser, link: string, pages: RecipientPages, password?: string): Promise<Visited> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    let answer = await page.goto(link);
    const asked = page.locator('input[type=password]');
    if (password !== undefined && (await asked.count()) > 0) {
      await asked.fill(password);
      const answered = page.waitForResponse(
        (response) => response.request().isNavigationRequest() && ![302, 303].includes(response.status()),
      );
      await asked.press('Enter');
      answer = await answered;
      await page.waitForLoadState();
    }
    const files: string[] = [];
    for (const control of await pages.downloads(page).all()) {
      const [download] = await Promise.all([page.waitForEvent('download'), control.click()]);
      files.push(await sha256(await download.path()));
    }
    return { status: answer?.status() ?? 0, text: await page.locator('body').innerText(), files };
  } finally {
    await context.close();
  }
}

const inList = (page: Page): Locator => page.locator('li a');

/** The relay's own pages. */
export const ofLinks: RecipientPages = {
  downloads: (page) => page.getByRole('button', { name: /^Download (?!all)/ }),
  refuses: {
    password: { status: 403, says: 'This is not the password.' },
    expiry: { status: 410, says: 'This link has expired' },
    limit: { status: 410, says: 'This link was used up' },
    revoke: { status: 410, says: 'This link was withdrawn' },
  },
};

export const ofFilesCom: RecipientPages = {
  downloads: inList,
  refuses: {
    password: { status: 403, says: 'The password is wrong.' },
    expiry: { status: 404, says: 'This link does not exist, or it has expired.' },
    limit: { status: 403, says: 'This link was used too often.' },
    revoke: { status: 404, says: 'This link does not exist, or it has expired.' },
  },
};

export const ofFilemail: RecipientPages = {
  downloads: inList,
  refuses: {
    password: { status: 403, says: 'The password is wrong.' },
    expiry: { status: 410, says: 'This transfer has expired.' },
    revoke: { status: 404, says: 'This transfer does not exist.' },
  },
};

/** A page for each file: a delivery has no terms of its own. */
export const ofSendspace: RecipientPages = { downloads: (page) => page.locator('#download_button'), refuses: {} };

/** FileGenius and Tuyu. */
export const ofFileGenius: RecipientPages = {
  downloads: (page) => page.locator('a'),
  refuses: { expiry: { status: 404, says: 'This link does not work any more.' } },
};
