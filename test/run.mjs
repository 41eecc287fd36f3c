// npm test, and whatever else runs checks: node test/run.mjs [set or step...]. Only node: modules before the packages are there.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ENGINES, findBrowser, installBrowsers, installCommand } from './tools/browsers.mjs';
import { NPM, ROOT, bringBuild, bringPackages } from './tools/checkout.mjs';
import { readTally, tallyLine } from './tools/tally.mjs';

/** @typedef {{ title: string, args: () => string[], minutes: number, npm?: boolean, built?: boolean, browser?: boolean, beside?: boolean }} Step */

/**
 * Test files by their ending, as Node 20's own runner takes no patterns.
 * @param {string} folder
 * @param {string} ending
 * @returns {string[]}
 */
const filesUnder = (folder, ending) => {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true }).filter(({ name }) => !['node_modules', 'peers'].includes(name));
  return entries
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesUnder(path, ending) : path.endsWith(ending) ? [path] : [];
    })
    .sort();
};

/**
 * node:test on files. Node 20 gives a file no more time than a test, so that the limit is for files, and ends before the step does.
 * @param {string} ending
 * @param {number} minutes
 * @param {string[]} flags
 */
const nodeTest = (ending, minutes, ...flags) => ({
  minutes,
  args: () => [
    ...['--import', 'tsx', '--test', `--test-timeout=${(minutes - 0.5) * 60_000}`],
    ...['--test-reporter=./test/tools/tally.mjs', '--test-reporter-destination=stdout'],
    ...flags,
    ...filesUnder('test', ending),
  ],
});

/** What measures time, or shares a folder, gets the machine for itself. */
const ONE_BY_ONE = '--test-concurrency=1';

/** The rest waits more than it works; Node alone would leave one processor out. */
const ALL_PROCESSORS = `--test-concurrency=${availableParallelism()}`;

/** @param {string} path of a package's command under node_modules @param {string[]} args */
const bin = (path, ...args) => [join('node_modules', path), ...args];

/** @type {Record<string, Step>} */
const STEPS = {
  types: { title: 'types', beside: true, minutes: 10, args: () => bin('typescript/bin/tsc', '-p', '.') },
  lint: { title: 'lint', beside: true, minutes: 10, args: () => bin('eslint/bin/eslint.js', '.', '--max-warnings=0') },
  format: { title: 'format', beside: true, minutes: 2, args: () => bin('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.') },
  build: { title: 'build', beside: true, minutes: 10, npm: true, args: () => ['run', '--silent', 'build'] },
  unit: { title: 'unit and contract tests', built: true, ...nodeTest('.test.ts', 20, ALL_PROCESSORS) },
  full: { title: 'the contract of services through the relay', ...nodeTest('.full.ts', 20, ALL_PROCESSORS) },
  elements: { title: 'element tests', minutes: 15, browser: true, args: () => bin('@web/test-runner/dist/bin.js') },
  e2e: { title: 'end-to-end tests', built: true, browser: true, ...nodeTest('.e2e.ts', 20, ALL_PROCESSORS) },
  manifest: { title: 'manifest', beside: true, minutes: 2, built: true, args: () => ['--import', 'tsx', 'test/tools/manifest.ts'] },
  package: { title: 'package', beside: true, minutes: 5, built: true, args: () => ['--import', 'tsx', 'test/tools/package.ts'] },
  size: { title: 'size', beside: true, minutes: 2, built: true, args: () => ['--import', 'tsx', 'test/tools/size.ts'] },
  storybook: {
    title: 'Storybook build',
    beside: true,
    minutes: 5,
    built: true,
    args: () => bin('storybook/dist/bin/dispatcher.js', 'build', '--quiet', '-o', 'storybook-static'),
  },
  stories: { title: 'every story, its pictures and axe', browser: true, ...nodeTest('.screens.ts', 30, ALL_PROCESSORS) },
  pictures: { title: 'pictures from right to left, and wide', browser: true, ...nodeTest('.screens-full.ts', 30, ALL_PROCESSORS) },
  apps: { title: 'apps from the packed package', built: true, browser: true, ...nodeTest('.app.ts', 15, ONE_BY_ONE) },
  s3: { title: 'S3, on a real store', built: true, browser: true, ...nodeTest('.s3.ts', 15, ONE_BY_ONE) },
  's3-full': { title: 'S3 at full size', built: true, browser: true, ...nodeTest('.s3-full.ts', 15, ONE_BY_ONE) },
  bench: { title: 'bench', minutes: 50, built: true, browser: true, args: () => ['--import', 'tsx', 'test/bench/run.ts'] },
};

/** @type {Record<string, string[]>} */
const SETS = {
  test: ['types', 'lint', 'build', 'unit', 'elements', 'e2e'],
  check: ['types', 'lint', 'format', 'build', 'manifest', 'package', 'size'],
  slow: ['format', 'manifest', 'package', 'size', 'storybook', 'stories', 'apps', 's3'],
};

const QUIET = { STORYBOOK_DISABLE_TELEMETRY: '1', DO_NOT_TRACK: '1', NO_UPDATE_NOTIFIER: '1', NO_COLOR: '1', FORCE_COLOR: undefined };

/** Says which engines tests run in; ends here when not even Chromium is to be had. */
const engines = () => {
  if (!findBrowser('chromium') && !(installBrowsers(['chromium']) && findBrowser('chromium'))) {
    console.error('The tests need a browser: install Google Chrome or Chromium, or name one in CHROME_PATH.');
    process.exit(1);
  }
  const wanted = process.env['BROWSERS'] ? process.env['BROWSERS'].split(',') : ENGINES;
  const found = ENGINES.filter((engine) => wanted.includes(engine) && findBrowser(engine));
  const missing = ENGINES.filter((engine) => wanted.includes(engine) && !findBrowser(engine));
  if (missing.length > 0)
    console.log(
      `Tests run in ${found.join(', ')}. Left out, not installed: ${missing.join(', ')} (on Debian: ${installCommand(missing)}).`,
    );
  return found;
};

/**
 * Runs one step; the output is told only of a failure.
 * @param {Step} step
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ passed: number, failed: number }>}
 */
const run = ({ title, npm, args, minutes }, env) =>
  new Promise((resolve) => {
    const start = Date.now();
    let output = '';
    let printed = '';
    let late = false;
    // A process group of its own, so that a step that hangs ends with its browsers.
    const { command, first, shell } = npm ? NPM : { command: process.execPath, first: [], shell: false };
    const detached = process.platform !== 'win32';
    const child = spawn(command, [...first, ...args()], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'], detached, shell });
    const stop = () => {
      if (child.pid === undefined) return;
      if (detached) process.kill(-child.pid, 'SIGKILL');
      else child.kill();
    };
    const interrupted = () => {
      stop();
      process.exit(130);
    };
    const timer = setTimeout(() => {
      late = true;
      stop();
    }, minutes * 60_000);
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (output += chunk));
    child.stdout.on('data', (chunk) => (printed += chunk));
    child.once('close', (code) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      const counted = readTally(printed);
      const bad = code !== 0 || (counted?.failed ?? 0) > 0;
      const tally = { passed: counted?.passed ?? (bad ? 0 : 1), failed: bad ? Math.max(1, counted?.failed ?? 1) : 0 };
      const seconds = ((Date.now() - start) / 1000).toFixed(1);
      if (bad) console.log(`${output.trimEnd()}\n`);
      if (late) console.log(`${title} was stopped: it took more than ${minutes} minutes.`);
      const counts = counted ? `, ${tallyLine(tally.passed, tally.failed)}` : '';
      console.log(`${bad ? 'FAILED' : 'ok    '}  ${title} (${seconds} s${counts})`);
      resolve(tally);
    });
  });

const asked = process.argv.slice(2);
const names = (asked.length > 0 ? asked : ['test']).flatMap((name) => SETS[name] ?? [name]);
const steps = names.flatMap((name) => STEPS[name] ?? []);
if (steps.length < names.length) {
  console.error(`Expected steps (${Object.keys(STEPS).join(', ')}) or sets of them (${Object.keys(SETS).join(', ')}).`);
  process.exit(2);
}

/** @type {import('./tools/browsers.mjs').Engine[]} */
let found = [];
try {
  await bringPackages();
  if (steps.some(({ browser }) => browser)) found = engines();
  if (!names.includes('build') && steps.some(({ built }) => built)) await bringBuild();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log(tallyLine(0, 1));
  process.exit(1);
}
const chrome = found.includes('chromium') ? findBrowser('chromium') : undefined;
const env = { ...process.env, ...QUIET, BROWSERS: found.join(','), ...(chrome ? { CHROME_PATH: chrome } : {}) };
const total = { passed: 0, failed: 0 };
/** @param {Step[]} queue of steps, from which the next is taken as long as there is one */
const work = async (queue) => {
  for (let step = queue.shift(); step; step = queue.shift()) {
    const { passed, failed } = await run(step, env);
    total.passed += passed;
    total.failed += failed;
  }
};
while (steps.length > 0) {
  // Steps that use one processor go two at a time; what needs the build waits for it, and what uses all processors has them alone.
  const others = steps.findIndex(({ beside, built }) => !beside || built !== steps[0]?.built);
  const queue = steps.splice(0, Math.max(1, others < 0 ? steps.length : others));
  await Promise.all([work(queue), work(queue)]);
}
console.log(tallyLine(total.passed, total.failed));
process.exitCode = total.failed > 0 ? 1 : 0;
