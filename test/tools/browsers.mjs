// Only node: modules here: this runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @typedef {'chromium' | 'firefox' | 'webkit'} Engine */

/** The engines that tests run in, the indispensable one first. @type {readonly Engine[]} */
export const ENGINES = ['chromium', 'firefox', 'webkit'];

/** What Debian calls them. WebKitGTK comes with its own test browser, which needs a display. */
const DEBIAN_PACKAGES = { chromium: ['chromium'], firefox: ['firefox-esr'], webkit: ['webkit2gtk-driver', 'xvfb'] };

const COMMANDS = {
  chromium: ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'],
  firefox: ['firefox-esr', 'firefox'],
};

const APPLICATIONS = {
  chromium: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
  firefox: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
};

/** @param {string} path */
const runs = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/**
 * The path of a command, as a shell would find it.
 * @param {string} command
 */
const onPath = (command) => {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.flatMap((folder) => suffixes.map((suffix) => join(folder, command + suffix))).find(runs);
};

/** WebKitGTK's own small browser, which its driver drives. */
export const findMiniBrowser = () => {
  if (!existsSync('/usr/lib')) return undefined;
  const libraries = readdirSync('/usr/lib').flatMap((arch) =>
    ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0'].map((name) => join('/usr/lib', arch, name)),
  );
  return libraries.map((library) => join(library, 'MiniBrowser')).find(runs);
};

/**
 * The program that runs an engine: the path that `CHROME_PATH` or `FIREFOX_PATH` names, else an installed one, else nothing.
 * @param {Engine} engine
 * @returns {string | undefined}
 */
export const findBrowser = (engine) => {
  if (engine === 'webkit') {
    const display = process.env['DISPLAY'] ?? onPath('Xvfb');
    return findMiniBrowser() && display ? onPath('WebKitWebDriver') : undefined;
  }
  const variable = engine === 'chromium' ? 'CHROME_PATH' : 'FIREFOX_PATH';
  const named = process.env[variable];
  if (named && !runs(named)) throw new Error(`${variable} is "${named}"; expected is a program that can be run.`);
  if (named) return named;
  for (const command of COMMANDS[engine]) {
    const path = onPath(command);
    if (path) return path;
  }
  return APPLICATIONS[engine].find(runs);
};

/** Flags that Chromium needs here: its sandbox refuses to run as root. */
export const chromiumFlags = () => [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--no-first-run',
];

const isDebianRoot = () => {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID=debian$/m.test(release) && process.getuid?.() === 0 && onPath('apt-get') !== undefined;
};

/** The command that installs an engine on Debian, to be said to a person. @param {readonly Engine[]} engines */
export const installCommand = (engines) => `apt-get install ${engines.flatMap((engine) => DEBIAN_PACKAGES[engine]).join(' ')}`;

/**
 * Installs engines where this machine is a Debian and we are root; says so, because it changes the machine. Answers whether it did.
 * @param {readonly Engine[]} engines
 */
export const installBrowsers = (engines) => {
  if (!isDebianRoot()) return false;
  const packages = [...engines.flatMap((engine) => DEBIAN_PACKAGES[engine]), 'fonts-liberation'];
  console.log(`Installing ${packages.join(', ')} with apt-get.`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-q'],
    ['install', '-q', '-y', '--no-install-recommends', ...packages],
  ]) {
    const { status } = spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) return false;
  }
  return true;
};
