import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { MIB } from './bench.js';
import type { Peer } from './pages/peer.js';
import type { Transfers } from './pages/transfer.js';

/** Writes a large file of no use, and answers its path. */
export async function largeFile(folder: string, size: number): Promise<string> {
  const path = join(folder, 'large.bin');
  const file = await open(path, 'w');
  const piece = randomBytes(16 * MIB);
  for (let at = 0; at < size; at += piece.length) await file.write(piece, 0, Math.min(piece.length, size - at));
  await file.close();
  return path;
}

/** Gives a page a file of the disk. */
export async function choose(page: Page, path: string): Promise<void> {
  const input = await page.evaluateHandle(() => {
    const made = document.createElement('input');
    made.type = 'file';
    return made;
  });
  await input.setInputFiles(path);
  await input.evaluate((chosen) => {
    ((globalThis as { transfers?: Transfers }).transfers ?? (globalThis as unknown as { peer: Peer }).peer).take(chosen);
  });
}
