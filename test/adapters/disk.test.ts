import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disk } from '../../src/adapters/disk.js';
import { backendSuite } from '../contract/backend.suite.js';

/** A disk on a fresh folder, and another one beside it. */
async function subject() {
  const base = join(tmpdir(), `ferrykit-disk-${randomBytes(6).toString('hex')}`);
  await mkdir(base);
  return {
    backend: disk({ root: join(base, 'files') }),
    other: disk({ root: join(base, 'others') }),
    cleanup: () => rm(base, { recursive: true, force: true }),
  };
}

await backendSuite('disk', subject);
