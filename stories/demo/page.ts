import { readFileSync } from 'node:fs';

const PAGE = new URL('index.html', import.meta.url);
/** What its policy lets through of this machine, where every simulated service is. */
const HERE = 'http://127.0.0.1:*';

/** The demo's page, whose policy lets stores at these origins through too. */
export function pageFor(storage: readonly string[]): (request: Request) => Response | undefined {
  const page = readFileSync(PAGE, 'utf8').replaceAll(HERE, [HERE, ...storage].join(' '));
  return ({ url }) =>
    ['/', '/index.html'].includes(new URL(url).pathname)
      ? new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' } })
      : undefined;
}
