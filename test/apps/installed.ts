import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm, ROOT } from '../tools/checkout.mjs';

/** Installs stay here, so that the next run is quick. */
const CACHE = join(tmpdir(), 'ferrykit-apps');

/** Packs the built package as `npm publish` would; the name of the file says what is in it. */
const pack = async (): Promise<string> => {
  mkdirSync(CACHE, { recursive: true });
  await npm(['pack', '--silent', '--ignore-scripts', `--pack-destination=${CACHE}`], { stdio: 'ignore' });
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const packed = join(CACHE, `ferrykit-${version}.tgz`);
  const digest = createHash('sha256').update(readFileSync(packed)).digest('hex').slice(0, 12);
  const named = join(CACHE, `ferrykit-${digest}.tgz`);
  renameSync(packed, named);
  return named;
};

/**
 * Copies an app out of the repository, so that it finds nothing by chance, and installs what it names and the packed package.
 * Answers its folder.
 */
export const installApp = async (name: string): Promise<string> => {
  const source = join(ROOT, 'test', 'apps', name);
  const folder = join(CACHE, name);
  const tarball = await pack();
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  manifest.dependencies['ferrykit'] = `file:${tarball}`;
  const wanted = JSON.stringify(manifest, null, 2);
  const marker = join(folder, 'node_modules', '.installed');
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) if (old !== 'node_modules') rmSync(join(folder, old), { recursive: true });
  cpSync(source, folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), wanted);
  if (!existsSync(marker) || readFileSync(marker, 'utf8') !== wanted) {
    await npm(['install', '--no-package-lock', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    writeFileSync(marker, wanted);
  }
  return folder;
};
