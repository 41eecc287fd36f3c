import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disk } from '../../src/adapters/disk.js';
import type { Backend } from '../../src/backend/backend.js';
import type { LinkedBackend } from '../../src/relay/linked.js';
import { withLinks, type LinkOptions } from '../../src/relay/links.js';
import { smtp } from '../../src/relay/smtp.js';
import { memoryStore } from '../../src/relay/store.js';
import { startCatcher, type Catcher } from '../tools/smtp.js';
import { SECRET } from './wire.js';

/** Where the links of tests begin, before a relay is there to answer them. */
export const PUBLIC = 'https://files.example.com/relay';

/** Links around a backend, whose mails go to a catcher. */
export const linked = (backend: Backend, { url }: Pick<Catcher, 'url'>, over: Partial<LinkOptions> = {}): LinkedBackend =>
  withLinks(backend, {
    store: memoryStore(),
    secret: SECRET,
    url: PUBLIC,
    mail: { transport: smtp(url), from: 'Files <files@example.com>' },
    script: '/ferrykit.min.js',
    report: () => undefined,
    ...over,
  });

/** A disk in a folder of its own. */
export async function freshDisk(): Promise<{ backend: Backend; remove: () => Promise<void> }> {
  const base = await mkdtemp(join(tmpdir(), 'ferrykit-links-'));
  return { backend: disk({ root: join(base, 'files') }), remove: () => rm(base, { recursive: true, force: true }) };
}

export { startCatcher, type Catcher };
