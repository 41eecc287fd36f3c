// Brings a checkout up to date. Only node: modules here: this runs before anything is installed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const npmScript = process.env['npm_execpath'];

/** How to start npm: in the same Node that runs us where npm told its place, so that no shell is needed. */
export const NPM = npmScript?.endsWith('.js')
  ? { command: process.execPath, first: [npmScript], shell: false }
  : { command: 'npm', first: [], shell: process.platform === 'win32' };

/**
 * Runs npm in a folder; rejects when it fails.
 * @param {string[]} args
 * @param {{ cwd?: string, stdio?: import('node:child_process').StdioOptions }} [options]
 * @returns {Promise<void>}
 */
export const npm = (args, { cwd = ROOT, stdio = ['ignore', 'inherit', 'inherit'] } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(NPM.command, [...NPM.first, ...args], { cwd, stdio, shell: NPM.shell });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`npm ${args.join(' ')} ended with ${code ?? 'a signal'}.`))));
  });

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, link?: boolean }>}
 */
const lockedPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** Whether node_modules is what package-lock.json says; packages for other systems may be missing. */
export const isInstalled = () => {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const there = lockedPackages(installed);
  return Object.entries(lockedPackages(join(ROOT, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true;
    const found = there[path];
    return found
      ? found.version === wanted.version && found.integrity === wanted.integrity
      : wanted.optional === true || wanted.devOptional === true;
  });
};

/** Installs what package-lock.json says where node_modules is missing or another; warnings about newer Nodes are npm's, not ours. */
export const bringPackages = async () => {
  if (isInstalled()) return;
  console.log('Installing packages (npm ci).');
  await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
};

/**
 * The time of the newest file, milliseconds since 1970.
 * @param {string} path a file or a folder
 * @returns {number}
 */
const newest = (path) => {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
};

/** The last file that a build writes, so that a build cut short counts as none. */
const LAST_BUILT = join(ROOT, 'dist', 'index.d.ts');

/** What a build is made from. */
const SOURCES = [
  'src',
  'package.json',
  'package-lock.json',
  'rollup.config.mjs',
  'tsconfig.json',
  'tsconfig.build.json',
  'custom-elements-manifest.config.mjs',
];

/** Whether dist is at least as new as everything that it is made from. */
export const isBuilt = () => existsSync(LAST_BUILT) && SOURCES.every((path) => newest(join(ROOT, path)) <= statSync(LAST_BUILT).mtimeMs);

/** Builds dist where it is missing or older than its sources. */
export const bringBuild = async () => {
  if (isBuilt()) return;
  console.log('Building dist (npm run build).');
  await npm(['run', '--silent', 'build']);
};
