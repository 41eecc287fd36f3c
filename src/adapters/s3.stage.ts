import type { Part, PartTarget } from '../backend/upload.js';
import type { Ground } from './s3.ground.js';
import { HIDDEN } from './s3.names.js';
import { createUpload } from './s3.multipart.js';
import type { OpenUpload } from './s3.ticket.js';

/** Where files lie until they are complete, below the prefix. */
export const STAGE = `${HIDDEN}uploads/`;

/** The hidden object of an upload. */
export const stageKey = ({ keys }: Pick<Ground, 'keys'>, { id }: Pick<OpenUpload, 'id'>): string => `${keys.prefix}${STAGE}${id}`;

/** The key under which an upload's bytes come together. */
export const bytesKey = (ground: Pick<Ground, 'keys'>, upload: OpenUpload): string =>
  upload.bound === undefined ? stageKey(ground, upload) : ground.keys.keyOf(upload.bound);

/** Opens a multipart upload under the hidden key. */
export const openStaged = async ({ api, keys }: Ground, upload: OpenUpload, signal?: AbortSignal): Promise<OpenUpload> => ({
  ...upload,
  multipart: await createUpload(api, stageKey({ keys }, upload), upload, signal),
});

/**
 * Where a part's bytes go: a URL that holds its signature. The ETag is taken where the page can read it; `complete` asks the store for
 * all of them, so that no CORS rule must expose it.
 */
export async function targetOf(ground: Ground, upload: OpenUpload, { number }: Pick<Part, 'number'>): Promise<PartTarget> {
  const { api, expires } = ground;
  const key = bytesKey(ground, upload);
  const common = { headers: {}, answer: 'etag-if-shown', expires } as const;
  if (upload.multipart !== undefined) {
    const query = { partNumber: String(number), uploadId: upload.multipart };
    return { ...common, url: await api.presign('PUT', key, expires, query), method: 'PUT' };
  }
  if (!(await ground.takesForms())) return { ...common, url: await api.presign('PUT', key, expires), method: 'PUT' };
  const { url, fields } = api.form(key, upload.size, expires);
  return { ...common, url, method: 'POST', form: { fields, file: 'file' } };
}
