import { allowedAt, letters, type Caller } from './callers.js';
import { locksAt } from './locks.js';
import { writeDate, type Parameters } from './parameters.js';
import { split } from './paths.js';
import { ruleAt } from './rules.js';
import type { Service } from './service.js';
import { pathOf, type Entry, type StoredFile } from './tree.js';

const TYPES: Readonly<Record<string, string>> = {
  '.txt': 'text/plain', '.csv': 'text/csv', '.html': 'text/html', '.json': 'application/json', '.pdf': 'application/pdf',
  '.png': 'image/png', '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.gif': 'image/gif', '.svg': 'image/svg+xml',
  '.mp4': 'video/mp4', '.zip': 'application/zip', '.xls': 'application/vnd.ms-excel',
}; // prettier-ignore

/** The media type that a name stands for. */
export const mediaType = (name: string): string => TYPES[split(name)[1].toLowerCase()] ?? 'application/octet-stream';

/** A URL from which storage gives a file for a short while; `inline` for what is shown instead of saved. */
export function downloadUrl({ sign, knobs }: Service, file: StoredFile, inline = false): string {
  const name = encodeURIComponent(file.name);
  const disposition = `${inline ? 'inline' : 'attachment'}; filename="${file.name.replaceAll(/[^\x20-\x7e]|["\\]/g, '_')}"; filename*=UTF-8''${name}`;
  const query = { 'response-content-disposition': disposition, 'response-content-type': mediaType(file.name) };
  return sign(`/files/${encodeURIComponent(pathOf(file))}`, query, knobs.downloadUrlLifetime);
}

/** The File object, for files and folders alike. */
export function showItem(service: Service, caller: Caller, entry: Entry, asked?: Parameters): Record<string, unknown> {
  const { state } = service;
  const path = pathOf(entry);
  const file = entry.type === 'file' ? entry : undefined;
  const allowed = allowedAt(state, caller, path);
  const item: Record<string, unknown> = {
    path,
    created_by_id: entry.createdBy,
    last_modified_by_id: entry.modifiedBy,
    custom_metadata: entry.customMetadata,
    display_name: entry.name,
    type: entry.type,
    size: file?.content.size ?? null,
    created_at: writeDate(entry.createdAt),
    mtime: writeDate(entry.mtime),
    provided_mtime: writeDate(entry.providedMtime),
    crc32: file?.checksums?.crc32 ?? null,
    md5: file?.checksums?.md5 ?? null,
    sha1: file?.checksums?.sha1 ?? null,
    sha256: file?.checksums?.sha256 ?? null,
    mime_type: file ? mediaType(entry.name) : null,
    region: 'us-east-1',
    permissions: letters(allowed),
    'subfolders_locked?': file ? null : ruleAt(state, path, 'lock_subfolders') !== undefined,
    is_locked: locksAt(state, path).length > 0,
    download_uri: null,
    preview_id: null,
    preview: null,
  };
  if (asked?.flag('with_priority_color')) item['priority_color'] = entry.priorityColor;
  if (
    file &&
    (asked?.flag('with_previews') ?? asked?.flag('with_preview')) &&
    mediaType(entry.name).startsWith('image/') &&
    (allowed.read || allowed.preview)
  ) {
    item['preview_id'] = 1;
    item['preview'] = {
      id: 1,
      status: 'complete',
      download_uri: downloadUrl(service, file, true),
      type: 'image',
      size: asked.text('preview_size') ?? 'small',
    };
  }
  return item;
}

/**
 * Computes a file's digests after it was asked for: the service does not have them at first, and clients ask again.
 */
export function digestLater({ state }: Service, entry: Entry): void {
  if (entry.type !== 'file' || entry.checksums) return;
  const { content } = entry;
  // A file that is removed meanwhile needs no digests, and the service may be closed by then.
  state.contents.checksums(content).then(
    (checksums) => {
      if (entry.content === content) entry.checksums = checksums;
    },
    () => undefined,
  );
}
