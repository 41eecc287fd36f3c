import { throwIfAborted } from './s3.errors.js';
import type { Ground } from './s3.ground.js';
import { abortUpload, createUpload, finishUpload } from './s3.multipart.js';
import { bare, head, MARK, type S3Object, secondsOf, sourceOf } from './s3.objects.js';
import { textOf, treeOf } from './s3.xml.js';

/** Ranges that are copied at once. */
const AT_ONCE = 6;
/** Parts that an upload has at most, for files of any store. */
const MOST_PARTS = 10_000;

/** What the copy is called, where that is not the same as before. */
export interface Becoming {
  type?: string | undefined;
  /** The upload that it is the end of. */
  upload?: string | undefined;
}

/**
 * Copies an object within the store, in ranges where it is larger than the store copies at once; no byte comes this way. Answers the copy, as
 * far as the store tells of it.
 */
export async function copyObject(
  ground: Ground,
  source: S3Object,
  to: string,
  becoming?: Becoming,
  signal?: AbortSignal,
): Promise<S3Object | undefined> {
  const { api, copyLimit } = ground;
  const deed = `Copying ${JSON.stringify(source.key)}`;
  // An object that is replaced meanwhile is not mixed with the new one.
  const same = { 'x-amz-copy-source': sourceOf(api, source.key), 'x-amz-copy-source-if-match': source.etag };
  if (source.size <= copyLimit) {
    const headers = {
      ...same,
      ...(becoming && { 'x-amz-metadata-directive': 'REPLACE' }),
      ...(becoming?.type && { 'content-type': becoming.type }),
      ...(becoming?.upload !== undefined && { [MARK]: becoming.upload }),
    };
    // What fails late fails in an answer of status 200.
    const tree = treeOf((await api.ask(deed, 'PUT', to, { headers, long: true, signal })).text, 'CopyObjectResult', deed);
    const modified = secondsOf(textOf(tree['LastModified']));
    return modified > 0 ? { ...source, ...becoming, key: to, etag: bare(textOf(tree['ETag'])), modified } : undefined;
  }
  // What is copied in ranges keeps nothing of its metadata, and a listing does not tell them.
  const known = becoming ?? (await head(api, source.key, signal));
  const id = await createUpload(api, to, { type: known?.type, upload: known?.upload }, signal);
  try {
    const step = Math.max(copyLimit, Math.ceil(source.size / MOST_PARTS));
    const etags: string[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index * step < source.size; index = next++) {
        throwIfAborted(signal);
        const end = Math.min(source.size, (index + 1) * step) - 1;
        const headers = { ...same, 'x-amz-copy-source-range': `bytes=${String(index * step)}-${String(end)}` };
        const query = { partNumber: index + 1, uploadId: id };
        const answer = await api.ask(deed, 'PUT', to, { query, headers, long: true, signal });
        etags[index] = bare(textOf(treeOf(answer.text, 'CopyPartResult', deed)['ETag']));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await finishUpload(
      api,
      to,
      id,
      etags.map((etag, index) => ({ number: index + 1, etag })),
      {},
      signal,
    );
  } catch (error) {
    await abortUpload(api, to, id).catch(() => undefined);
    throw error;
  }
  return undefined;
}
