// Checks the package as others will get it, and that a fresh clone can install it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { npm, ROOT } from './checkout.mjs';
import { tallyLine } from './tally.mjs';

const node = (...args: string[]): boolean =>
  spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;

const CHECKS: Record<string, () => boolean | Promise<boolean>> = {
  'publint finds nothing': () => node(join('node_modules', 'publint', 'src', 'cli.js'), '--strict'),
  'types resolve for every import': () =>
    node(
      join('node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js'),
      '--pack',
      '.',
      '--profile',
      'esm-only',
      '--format',
      'ascii',
      '--exclude-entrypoints',
      './ferrykit.min.js',
    ),
  'package-lock.json is whole': () =>
    npm(['ci', '--dry-run', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']).then(
      () => true,
      () => false,
    ),
};

let passed = 0;
let failed = 0;
for (const [name, check] of Object.entries(CHECKS)) {
  const good = await check();
  if (good) passed += 1;
  else {
    failed += 1;
    console.log(`✖ ${name}`);
  }
}
console.log(tallyLine(passed, failed));
process.exitCode = failed > 0 ? 1 : 0;
