import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { TestContext } from 'node:test';
import { ROOT } from '../../src/backend/item.js';
import { relayBackend } from '../../src/relay/client.js';
import { phaseOf, type Uploads } from '../../src/uploads/queue.js';
import { createUploads } from '../../src/uploads/uploads.js';
import { noise } from '../contract/bytes.js';
import { wire } from '../relay/wire.js';
import { site, type Site } from './files-com.ground.js';

/** A site with a page's queue. */
export interface Queued extends Site {
  uploads: Uploads;
  /** What the relay did not tell the page. */
  reported: unknown[];
}

/** A page's queue, through a relay, to a simulated site. `fetch`: how the page reaches the relay. */
export async function queued(t: TestContext, fetched: typeof fetch = fetch): Promise<Queued> {
  const at = await site();
  const served = await wire({ backends: { files: at.backend } });
  const uploads = createUploads();
  const backend = relayBackend({ url: served.url, backend: 'files', headers: { 'x-user': 'anna' }, fetch: fetched });
  uploads.target = { backend, folder: ROOT, conflict: 'ask' };
  t.after(async () => {
    uploads.destroy();
    await served.close();
    await at.service.close();
  });
  return { ...at, uploads, reported: served.reported };
}

/** Files by name, each with bytes of its own. */
export const filesOf = (sizes: Record<string, number>): File[] =>
  Object.entries(sizes).map(([name, size], index) => new File([noise(size, index + 1)], name, { lastModified: 1e12 }));

/** Uploads files until everything has ended. */
export async function send(uploads: Uploads, files: File[]): Promise<void> {
  await uploads.add(files.map((file) => ({ file })));
  await uploads.upload();
}

/** Asserts that every file has arrived, byte for byte. */
export async function arrived({ service, uploads }: Queued, files: File[]): Promise<void> {
  for (const one of Object.values(uploads.getState().files))
    assert.equal(phaseOf(one), 'done', `${one.name ?? ''}: ${one.ferry?.code ?? ''}`);
  for (const file of files) {
    const digest = createHash('sha256')
      .update(new Uint8Array(await file.arrayBuffer()))
      .digest('hex');
    assert.equal(await service.state.sha256(file.name), digest, file.name);
  }
}
