import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disk, type DiskOptions } from '../../src/adapters/disk.js';
import { backendSuite, type Subject } from '../contract/backend.suite.js';

/** A disk on a fresh folder, and another one beside it. */
async function subject(options: Partial<DiskOptions> = {}, stage?: string): Promise<Subject> {
  const base = await mkdtemp(join(tmpdir(), 'ferrykit-disk-'));
  const at = (name: string) =>
    disk({ root: join(base, name), ...options, ...(stage !== undefined && { stage: join(base, `${stage} of ${name}`) }) });
  return { backend: at('files'), other: at('others'), cleanup: () => rm(base, { recursive: true, force: true }) };
}

await backendSuite('disk', () => subject());
await backendSuite('disk that answers after each step of a long deed', () => subject({ answerWithin: 0 }));
await backendSuite('disk that takes files of 2000 bytes, staged elsewhere', () => subject({ maxFileSize: 2000 }, 'stage'));
