import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from '../tools/checkout.mjs';

/** The folder of the peers: packages of their own, so that none of them is a dependency of the project. */
export const PEERS = fileURLToPath(new URL('peers', import.meta.url));

interface Manifest {
  version?: string;
  dependencies?: Record<string, string>;
}

const read = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest;

/** Installs the peers where they are missing or of another version. */
export async function bringPeers(): Promise<void> {
  const wanted = Object.entries(read(join(PEERS, 'package.json')).dependencies ?? {});
  const there = wanted.every(([name, version]) => {
    const path = join(PEERS, 'node_modules', name, 'package.json');
    return existsSync(path) && read(path).version === version;
  });
  if (there) return;
  console.log('Installing the peers (npm ci).');
  await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: PEERS });
}
