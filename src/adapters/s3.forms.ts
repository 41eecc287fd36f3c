import { randomUUID } from 'node:crypto';
import type { Api, S3Place } from './s3.api.js';
import { STAGE } from './s3.stage.js';
import { deleteObject } from './s3.objects.js';

/**
 * Finds out, once, whether a store takes files as signed forms: AWS, MinIO and Ceph do, R2 and Swift do not. The answer decides for all small
 * files, because a page sends a form without asking first (no preflight), which saves a round trip for each.
 */
export function takesForms(api: Api, prefix: string, { fetch: given }: Pick<S3Place, 'fetch'>): () => Promise<boolean> {
  const tryOne = async (): Promise<boolean> => {
    const key = `${prefix}${STAGE}try-${randomUUID()}`;
    const { own, fields } = api.form(key, 0, 60);
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    body.set('file', new Blob([]));
    const response = await (given ?? fetch)(own, { method: 'POST', body, redirect: 'manual' });
    await response.body?.cancel();
    if (response.status > 499 && response.status !== 501) throw new Error(`The store answered ${String(response.status)} to a form.`);
    if (!response.ok) return false;
    await deleteObject(api, key);
    return true;
  };
  let found: Promise<boolean> | undefined;
  return () =>
    (found ??= tryOne()).catch(() => {
      // It could not be asked; a signed PUT will do until it can.
      found = undefined;
      return false;
    });
}
