import { BackendError } from '../backend/errors.js';
import type { Api } from './s3.api.js';
import { unlessGone } from './s3.errors.js';
import { bare, MARK } from './s3.objects.js';
import { escaped, keyIn, listOf, textOf, type Tree, treeOf } from './s3.xml.js';

type Signal = AbortSignal | undefined;

/** A part that the store has. */
export interface StoredPart {
  number: number;
  size: number;
  etag: string;
  /** Milliseconds since 1970. */
  modified: number;
}

/** An upload that is open at the store. */
export interface OpenMultipart {
  key: string;
  id: string;
  /** When it was opened, milliseconds since 1970. */
  opened: number;
}

/** Opens an upload; answers its id. */
export async function createUpload(
  api: Api,
  key: string,
  { type, upload }: { type?: string | undefined; upload?: string | undefined },
  signal?: Signal,
): Promise<string> {
  const deed = `Opening the upload of ${JSON.stringify(key)}`;
  const headers = { ...(type && { 'content-type': type }), ...(upload !== undefined && { [MARK]: upload }) };
  const answer = await api.ask(deed, 'POST', key, { query: { uploads: '' }, headers, signal });
  const id = textOf(treeOf(answer.text, 'InitiateMultipartUploadResult', deed)['UploadId']);
  if (!id) throw new BackendError('server', `${deed} failed: the store gave it no id.`);
  return id;
}

/** Every part of an upload that the store has; nothing where the upload is not open. */
export async function partsOf(api: Api, key: string, id: string, signal?: Signal): Promise<StoredPart[] | undefined> {
  const deed = `Looking for parts of ${JSON.stringify(key)}`;
  const parts: StoredPart[] = [];
  for (let marker: string | undefined; ;) {
    const query = { uploadId: id, 'max-parts': 1000, 'part-number-marker': marker };
    const answer = await unlessGone(api.ask(deed, 'GET', key, { query, signal }));
    if (!answer) return undefined;
    const tree = treeOf(answer.text, 'ListPartsResult', deed);
    parts.push(...listOf(tree['Part']).map(partOf));
    const next = textOf(tree['NextPartNumberMarker']);
    if (textOf(tree['IsTruncated']) !== 'true' || next === undefined || next === marker) return parts;
    marker = next;
  }
}

const partOf = (tree: Tree): StoredPart => ({
  number: Number(textOf(tree['PartNumber'])),
  size: Number(textOf(tree['Size'])),
  etag: bare(textOf(tree['ETag'])),
  modified: Date.parse(textOf(tree['LastModified']) ?? '') || 0,
});

/** Makes the parts one object. */
export async function finishUpload(
  api: Api,
  key: string,
  id: string,
  parts: readonly { number: number; etag: string }[],
  condition: Record<string, string>,
  signal?: Signal,
): Promise<void> {
  const deed = `Completing ${JSON.stringify(key)}`;
  const list = parts.map(
    ({ number, etag }) => `<Part><PartNumber>${String(number)}</PartNumber><ETag>${escaped(`"${etag}"`)}</ETag></Part>`,
  );
  const xml = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list.join('')}</CompleteMultipartUpload>`;
  // What fails late fails in an answer of status 200.
  const answer = await api.ask(deed, 'POST', key, { query: { uploadId: id }, headers: condition, xml, long: true, signal });
  treeOf(answer.text, 'CompleteMultipartUploadResult', deed);
}

/** Ends an upload and deletes its parts; one that is not open is no error. */
export async function abortUpload(api: Api, key: string, id: string, signal?: Signal): Promise<void> {
  await unlessGone(api.ask(`Ending the upload of ${JSON.stringify(key)}`, 'DELETE', key, { query: { uploadId: id }, signal }));
}

/** Every upload that is open below a prefix, from all pages. */
export async function* uploadsBelow(api: Api, prefix: string, signal?: Signal): AsyncGenerator<OpenMultipart> {
  const deed = `Looking for open uploads of ${JSON.stringify(prefix)}`;
  for (let after: { key: string; id: string } | undefined; ;) {
    const query = {
      uploads: '',
      prefix,
      'encoding-type': 'url',
      ...(after && { 'key-marker': after.key, 'upload-id-marker': after.id }),
    };
    const tree = treeOf((await api.ask(deed, 'GET', '', { query, signal })).text, 'ListMultipartUploadsResult', deed);
    for (const one of listOf(tree['Upload']))
      yield {
        key: keyIn(one['Key']) ?? '',
        id: textOf(one['UploadId']) ?? '',
        opened: Date.parse(textOf(one['Initiated']) ?? '') || 0,
      };
    const next = keyIn(tree['NextKeyMarker']);
    if (textOf(tree['IsTruncated']) !== 'true' || !next) return;
    after = { key: next, id: textOf(tree['NextUploadIdMarker']) ?? '' };
  }
}

/** The uploads that are open for exactly one key. */
export async function uploadsOf(api: Api, key: string, signal?: Signal): Promise<OpenMultipart[]> {
  const found: OpenMultipart[] = [];
  for await (const upload of uploadsBelow(api, key, signal)) {
    // In order of keys: the one that is the prefix itself comes first.
    if (upload.key !== key) break;
    found.push(upload);
  }
  return found;
}
