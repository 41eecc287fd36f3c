import type { Backend, Presigning } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Ground } from './s3.ground.js';
import { checkFolderId, isFolderId } from './s3.names.js';

/** Why a request is not signed, if it is not: nothing but what an upload takes. What is there is not read, and not deleted. */
function objection({ method, uploadId, partNumber }: Presigning): string | undefined {
  if (uploadId === undefined)
    return method === 'PUT' || method === 'POST' ? undefined : `a ${method} without "uploadId" is no part of an upload`;
  return method === 'PUT' && partNumber === undefined ? 'a part has a "partNumber"' : undefined;
}

/**
 * Signs the requests of an S3 client in a page: a PUT, and all that a multipart upload takes. Every key is kept below the folder, and within
 * it the page decides, as with `conflict: 'replace'`.
 */
export const createPresign =
  ({ api, keys, expires }: Ground): NonNullable<Backend['presign']> =>
  async (asked, folder) => {
    const { key, method, uploadId, partNumber } = asked;
    const refuse = (why: string): never => {
      throw new BackendError('invalid', `This request is not signed: ${why}.`);
    };
    const why = objection(asked);
    if (why !== undefined) return refuse(why);
    checkFolderId(folder.id);
    const id = uploadId === undefined ? folder.id + key : keys.idOf(key);
    if (id === undefined || !id.startsWith(folder.id) || isFolderId(id))
      throw new BackendError('forbidden', `The key ${JSON.stringify(key)} is not below the folder of this user.`);
    const whole = keys.keyOf(id);
    const query = {
      ...(uploadId === undefined ? method === 'POST' && { uploads: '' } : { uploadId }),
      ...(partNumber !== undefined && { partNumber: String(partNumber) }),
    };
    return { url: await api.presign(method, whole, expires, query), key: whole };
  };
