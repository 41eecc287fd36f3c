import type { Backend } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Download } from '../backend/item.js';
import type { Ground } from './s3.ground.js';
import { isFolderId, nameOf } from './s3.names.js';
import { find } from './s3.tree.js';

/** A file name for `Content-Disposition` (RFC 6266): what old clients understand, and the name itself. */
function disposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const exact = encodeURIComponent(name).replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}

/** `download`: a signed URL for each file, which saves it under its name and never shows it as a page of the store's origin. */
export const createDownload =
  (ground: Ground): Backend['download'] =>
  (refs, options) =>
    Promise.all(
      refs.map(async ({ id }): Promise<Download> => {
        const entry = await find(ground, id, options?.signal);
        if (isFolderId(id) || !entry.object)
          throw new BackendError('unsupported', `${JSON.stringify(id)} is a folder: a store gives single files.`);
        const query = { 'response-content-disposition': disposition(nameOf(id)) };
        return { ids: [id], url: await ground.api.presign('GET', ground.keys.keyOf(id), ground.expires, query), expires: ground.expires };
      }),
    );
