import type { CallOptions } from '../backend/backend.js';
import { createApi, type S3Place } from './s3.api.js';
import { throwIfAborted } from './s3.errors.js';
import { abortUpload, partsOf, uploadsBelow } from './s3.multipart.js';
import { createKeys } from './s3.names.js';
import { deleteAll, listKeys } from './s3.objects.js';
import { STAGE } from './s3.stage.js';

/** Milliseconds without a byte after which nobody comes back to an upload: as long as a ticket lives. */
const KEPT = 7 * 86_400_000;

/**
 * Ends what uploads have left behind below a prefix, seven days after their last byte: multipart uploads, whoever opened them, and hidden
 * objects. Safe at any time, beside any number of relays; answers how many went. To be called now and then; a lifecycle rule of the bucket
 * that aborts multipart uploads after eight days does half of it.
 */
export async function sweepS3(
  { prefix = '', now = Date.now(), ...place }: S3Place & { prefix?: string | undefined; now?: number },
  { signal }: CallOptions = {},
): Promise<{ swept: number }> {
  const api = createApi(place);
  const keys = createKeys(prefix);
  let swept = 0;
  for await (const { key, id, opened } of uploadsBelow(api, keys.prefix, signal)) {
    throwIfAborted(signal);
    if (now - opened < KEPT) continue;
    const parts = await partsOf(api, key, id, signal);
    if (!parts || parts.some(({ modified }) => now - modified < KEPT)) continue;
    await abortUpload(api, key, id, signal);
    swept += 1;
  }
  for (let token: string | undefined, more = true; more;) {
    throwIfAborted(signal);
    const page = await listKeys(api, `${keys.prefix}${STAGE}`, { token, flat: true, signal });
    const old = page.objects.filter(({ modified }) => now - modified >= KEPT).map(({ key }) => key);
    await deleteAll(api, old, signal);
    swept += old.length;
    token = page.next;
    more = token !== undefined;
  }
  return { swept };
}
