import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The page that says what of each service is used, and what is simulated. A service's own test holds its section to the truth. */
export const PAGE = await readFile(join(import.meta.dirname, 'COVERAGE.md'), 'utf8');

/** One row of a table in `COVERAGE.md`. */
export interface Row {
  endpoint: string;
  status: 'adapter' | 'simulated' | 'out';
  /** Why it is out. */
  reason: string;
  /** What the row says of each parameter: a test, or why there is none. */
  parameters: Map<string, { test: string } | { reason: string }>;
}

/** The rows of a service's section; throws at a row that cannot be read. */
export function readCoverage(page: string, service: string): Row[] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${service}\n`));
  if (section === undefined) throw new Error(`There is no section "${service}".`);
  const rows = section.split('\n').filter((text) => text.startsWith('| `'));
  return rows.map((text) => {
    const [, endpoint = '', told = '', parameters = ''] = text.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const [, status, reason = ''] = /^(adapter|simulated|out, because)(?: (.+))?$/.exec(told) ?? [];
    if (status === undefined || (status === 'out, because') !== (reason !== '')) throw new Error(`"${told}" is no status (${endpoint}).`);
    return {
      endpoint: endpoint.replaceAll('`', ''),
      status: status === 'out, because' ? 'out' : (status as 'adapter' | 'simulated'),
      reason,
      parameters: new Map(parameters.split('<br>').filter(Boolean).map(readParameter)),
    };
  });
}

function readParameter(text: string): [string, { test: string } | { reason: string }] {
  const [, name, test, reason] = /^`([^`]+)` (?:→ (.+)|out, because (.+))$/.exec(text.trim()) ?? [];
  if (name !== undefined && test !== undefined) return [name, { test: test.replaceAll('\\|', '|') }];
  if (name !== undefined && reason !== undefined) return [name, { reason }];
  throw new Error(`"${text}" neither names a test nor says why there is none.`);
}

/** The names of the tests in a source file. */
export function testNames(source: string): string[] {
  return [...source.matchAll(/\bit\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g)].map(([, , name = '']) => name.replaceAll(/\\(.)/g, '$1'));
}

/** What is wrong with a service's rows: endpoints that are missing, doubled or unknown, and parameters without a test that exists. */
export function faults(rows: readonly Row[], endpoints: Readonly<Record<string, readonly string[]>>, tests: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (const endpoint of Object.keys(endpoints)) {
    const times = rows.filter((row) => row.endpoint === endpoint).length;
    if (times !== 1) found.push(`${endpoint} is listed ${String(times)} times`);
  }
  for (const { endpoint, status, parameters } of rows) {
    if (!(endpoint in endpoints)) found.push(`${endpoint} is not in the documentation`);
    if (status !== 'adapter') continue;
    for (const name of endpoints[endpoint] ?? []) if (!parameters.has(name)) found.push(`${endpoint} does not speak of ${name}`);
    for (const [name, told] of parameters) {
      if ('test' in told && !tests.has(told.test)) found.push(`${endpoint} ${name}: there is no test "${told.test}"`);
    }
  }
  return found;
}

/** The names of all tests of the project that run in Node. */
export async function allTests(): Promise<Set<string>> {
  const root = join(import.meta.dirname, '..');
  const files = (await readdir(root, { recursive: true })).filter((name) => /\.(test|suite|e2e|browser)\.ts$/.test(name));
  return new Set((await Promise.all(files.map((name) => readFile(join(root, name), 'utf8')))).flatMap(testNames));
}
