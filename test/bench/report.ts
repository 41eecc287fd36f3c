import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { findBrowser } from '../tools/browsers.mjs';
import { ROOT } from '../tools/checkout.mjs';
import { GIB, isKept, short, type Findings, type Gate } from './bench.js';
import { PEERS, UPPY_5 } from './peers.js';

/** Where JSON and profiles go. */
export const OUTPUT = fileURLToPath(new URL('output', import.meta.url));
const RESULTS = fileURLToPath(new URL('RESULTS.md', import.meta.url));

const versionOf = (path: string): string => {
  const manifest = join(path, 'package.json');
  return existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version : 'not installed';
};

/** The load of the last minute: what else the machine was doing. */
export const load = (): number => short(loadavg()[0] ?? 0);

/** What was measured on. */
export function machine(): string {
  const browser = findBrowser('chromium');
  const version =
    browser && /[\d.]+/.exec(execFileSync(browser, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))?.[0];
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / GIB)} GiB, ${platform()} ${release()}, Node ${process.versions.node}, Chromium ${version ?? 'unknown'}`;
}

const NAMES = ['@uppy/core', '@uppy/dashboard', '@uppy/aws-s3', '@svar-ui/react-filemanager', '@cubone/react-file-manager', '@vaadin/grid'];

/** What was measured, and the peers that it was measured against. */
export const versions = (): string => {
  const peers = NAMES.map((name) => `${name} ${versionOf(join(PEERS, 'node_modules', name))}`);
  const older = `@uppy/aws-s3 ${versionOf(join(UPPY_5, 'node_modules/@uppy/aws-s3'))}`;
  return [`ferrykit ${versionOf(ROOT)}`, ...peers, older].join(', ');
};

/** Findings and the circumstances in which they were made. */
export interface Report extends Findings {
  name: string;
  title: string;
  quick: boolean;
  date: string;
  machine: string;
  versions: string;
  /** Load of the machine before and after. */
  load: [number, number];
  seconds: number;
}

const sentence = (gate: Gate): string => `${gate.what}: ${short(gate.seen)} ${gate.unit} (${gate.is} ${gate.limit})`.replace(/ +/g, ' ');

/** Prints a table and its gates. */
export function print({ rows, gates, notes, load: [before, after] }: Report): void {
  console.table(rows);
  for (const note of notes) console.log(`  ${note}`);
  console.log(`  Load of the machine: ${before} before, ${after} after.`);
  for (const gate of gates) console.log(`${isKept(gate) ? 'ok     ' : 'MISSED '} ${sentence(gate)}`);
}

function markdown({ name, title, rows, gates, notes, date, machine, versions, load, seconds }: Report): string {
  const columns = Object.keys(rows[0] ?? {});
  const line = (cells: (string | number | undefined)[]): string => `| ${cells.join(' | ')} |`;
  return `## ${name}: ${title}

${line(columns)}
${line(columns.map(() => '---'))}
${rows.map((row) => line(columns.map((column) => row[column]))).join('\n')}

${gates.map((gate) => `- ${isKept(gate) ? 'kept' : '**missed**'}: ${sentence(gate)}`).join('\n')}

${[...notes, `${date}, ${Math.round(seconds)} s, load ${load.join(' before and ')} after. ${machine}. ${versions}.`].join('\n\n')}
`;
}

/** Writes the JSON of a run; a full run's figures go to RESULTS.md too, in place of the older ones of the same bench. */
export async function write(report: Report, order: readonly string[]): Promise<void> {
  mkdirSync(OUTPUT, { recursive: true });
  writeFileSync(join(OUTPUT, `${report.name}${report.quick ? '.quick' : ''}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
  if (report.quick) return;
  const [, ...sections] = existsSync(RESULTS) ? readFileSync(RESULTS, 'utf8').split(/^(?=## )/m) : [];
  const nameOf = (section: string): string => /^## (\w+)/.exec(section)?.[1] ?? '';
  const all = [...sections.filter((section) => nameOf(section) !== report.name), markdown(report)];
  all.sort((a, b) => order.indexOf(nameOf(a)) - order.indexOf(nameOf(b)));
  const head = `# Bench results

Written by \`npm run bench\`: medians, on the machine and day that each part names. Ratios carry over to other machines, seconds do not.

`;
  writeFileSync(RESULTS, await format(head + all.join('\n'), { parser: 'markdown' }));
}
