import type { Ground } from './s3.ground.js';
import type { OpenUpload } from './s3.ticket.js';

/** Seconds for which it is remembered what became of an upload: as long as its ticket may live. */
const KEPT = 7 * 86_400;

/** What became of an upload. */
export type End = { item: string } | { skipped: string } | { aborted: true };

const keyOf = ({ space }: Ground, { id }: OpenUpload): string => `${space}upload:${id}`;

/** What became of an upload, if it has ended. */
export const endOf = async (ground: Ground, upload: OpenUpload): Promise<End | undefined> =>
  (await ground.store.get(keyOf(ground, upload)))?.value as End | undefined;

/** Remembers what became of an upload. */
export async function finish(ground: Ground, upload: OpenUpload, end: End): Promise<void> {
  await ground.store.set(keyOf(ground, upload), { ...end }, { ttl: KEPT });
}
