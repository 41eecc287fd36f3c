import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { choices } from '../../stories/demo/backends.js';
import { openSite, type Site, type SiteOptions } from './site.js';

const PAGES = fileURLToPath(new URL('../../stories/demo', import.meta.url));

/** The demo's page on a site of its own, offering the backends of these names. */
export function openDemoSite(names: readonly string[], options: SiteOptions): Promise<Site> {
  const offered = choices.filter(({ name }) => names.includes(name));
  const routes = (request: Request): Response | undefined =>
    new URL(request.url).pathname === '/backends.json' ? Response.json(offered) : undefined;
  return openSite({ ...options, routes, pages: PAGES });
}

/** What a page complains of, from now on. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return complaints;
}
