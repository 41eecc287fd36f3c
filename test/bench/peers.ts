import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from '../tools/checkout.mjs';

/** The folder of the peers: packages of their own, so that none of them is a dependency of the project. */
export const PEERS = fileURLToPath(new URL('peers', import.meta.url));
/** A folder of its own for what cannot live beside them. */
export const UPPY_5 = join(PEERS, 'uppy-5');

interface Manifest {
  version?: string;
  dependencies?: Record<string, string>;
}

const read = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest;

/** Installs the peers where they are missing or of another version; of Uppy the last one before 6 too. */
export async function bringPeers(): Promise<void> {
  for (const folder of [PEERS, UPPY_5]) {
    const wanted = Object.entries(read(join(folder, 'package.json')).dependencies ?? {});
    const there = wanted.every(([name, version]) => {
      const path = join(folder, 'node_modules', name, 'package.json');
      return existsSync(path) && read(path).version === version;
    });
    if (there) continue;
    console.log('Installing the peers (npm ci).');
    await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  }
}
