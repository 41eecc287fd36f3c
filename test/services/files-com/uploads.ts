import { randomInt } from 'node:crypto';
import { need, type Caller } from './callers.js';
import { EMPTY, joined, type Content } from '../contents.js';
import { Refusal } from './errors.js';
import { checkParent } from './folders.js';
import { checkLocks } from './locks.js';
import { writeDate, type Parameters } from './parameters.js';
import { checkNew, comparable, parentOf } from './paths.js';
import type { Upload } from './records.js';
import { arrangedPath, checkName, ruleAt } from './rules.js';
import { note, type Service } from './service.js';
import type { StoredFile } from './tree.js';

/** Parts that an upload may have. */
const PARTS = 10_000;
const SMALLEST = 5 * 1024 * 1024;

function checkTarget(service: Service, caller: Caller, path: string, mkdirParents: boolean, withRename: boolean): void {
  const { state } = service;
  checkNew(path);
  need(state, caller, 'write', path);
  const found = state.tree.find(path);
  if (found?.type === 'directory') throw new Refusal('processing-failure/destination-exists', 'The destination is a folder.');
  checkParent(service, path, mkdirParents);
  checkName(state, path);
  if (found && !withRename) {
    checkLocks(state, caller, path);
    if (state.policy.immutable_files_set_at !== null) {
      throw new Refusal('not-authorized/site-files-are-immutable', 'Files of this site cannot be changed.');
    }
  }
}

function kept({ state }: Service, path: string, restart: number): Content {
  if (restart === 0) return EMPTY;
  if (ruleAt(state, parentOf(path), 'malware_scanning')) {
    throw new Refusal(
      'bad-request/offset-upload-not-allowed-with-malware-scanning',
      'Uploads cannot be continued where files are scanned.',
    );
  }
  const found = state.tree.find(path);
  if (found?.type !== 'file' || restart !== found.content.size) {
    throw new Refusal('bad-request/invalid-upload-offset', 'An upload can only be continued at the end of the file.');
  }
  return found.content;
}

function find({ state }: Service, caller: Caller, path: string, ref: string): Upload {
  const upload = state.uploads.get(ref);
  if (!upload || comparable(upload.path) !== comparable(path) || upload.userId !== (caller.user?.id ?? null)) {
    throw new Refusal('not-found/file-upload-not-found', 'File upload not found.');
  }
  return upload;
}

function open(service: Service, caller: Caller, path: string, parameters: Parameters): Upload {
  const mkdirParents = parameters.flag('mkdir_parents') ?? false;
  const withRename = parameters.flag('with_rename') ?? false;
  checkTarget(service, caller, path, mkdirParents, withRename);
  const upload: Upload = {
    ref: `put-${String(randomInt(100_000_000, 999_999_999))}`,
    path,
    userId: caller.user?.id ?? null,
    mkdirParents,
    withRename,
    kept: kept(service, path, parameters.number('restart') ?? 0),
    parts: new Map(),
    arriving: new Set(),
  };
  service.state.uploads.set(upload.ref, upload);
  return upload;
}

function showPart({ knobs, sign }: Service, upload: Upload, number: number): Record<string, unknown> {
  const form = knobs.partsBy === 'form';
  const query = form ? {} : { partNumber: String(number), uploadId: upload.ref };
  return {
    ref: upload.ref,
    action: 'put/write',
    // Recorded as false even where a file was overwritten.
    ask_about_overwrites: false,
    available_parts: PARTS,
    expires: writeDate(new Date(Date.now() + knobs.uploadUrlLifetime * 1000)),
    headers: knobs.partHeaders,
    http_method: form ? 'POST' : 'PUT',
    next_partsize: knobs.partSize + knobs.partGrowth * number,
    parallel_parts: knobs.parallelParts,
    retry_parts: knobs.retryParts,
    parameters: form ? { key: `uploads/${upload.ref}`, part: String(number), success_action_status: '200' } : {},
    part_number: number,
    partsize: knobs.partSize + knobs.partGrowth * (number - 1),
    send: form
      ? {
          partsize: 'required-parameter Content-Length',
          partdata: 'required-parameter file',
          'Content-Type': 'required-parameter Content-Type',
        }
      : { partsize: 'required-header Content-Length', partdata: 'body' },
    upload_uri: sign(`/uploads/${upload.ref}`, query, knobs.uploadUrlLifetime),
  };
}

/** Opens an upload, or goes on with one (`ref`): where the bytes of one part go. */
export function openPart(service: Service, caller: Caller, path: string, parameters: Parameters): Record<string, unknown> {
  return openParts(service, caller, path, parameters, 1)[0] ?? {};
}

/** The same for several parts at once. */
export function openParts(
  service: Service,
  caller: Caller,
  path: string,
  parameters: Parameters,
  count: number,
): Record<string, unknown>[] {
  const first = parameters.number('part') ?? 1;
  if (first < 1 || first + count - 1 > PARTS) {
    throw new Refusal('bad-request/part-number-too-large', `Part numbers go from 1 to ${String(PARTS)}.`);
  }
  const ref = parameters.text('ref');
  const upload = ref ? find(service, caller, path, ref) : open(service, caller, path, parameters);
  return Array.from({ length: count }, (_, index) => showPart(service, upload, first + index));
}

/** Reads `etags` as the clients send them: with the part as a number or as text, with or without quotes. */
function sentTags(parameters: Parameters): Map<number, string> | undefined {
  const list = parameters.list('etags');
  if (!list) return undefined;
  return new Map(
    list.map((entry) => {
      const { part, etag } = Object(entry) as { part?: unknown; etag?: unknown };
      return [Number(part), String(etag).replaceAll('"', '').toLowerCase()];
    }),
  );
}

function checkParts({ knobs }: Service, upload: Upload, parameters: Parameters): void {
  const { parts } = upload;
  if (parts.size === 0) throw new Refusal('processing-failure/file-not-uploaded', 'No part of the file was uploaded.');
  const least = Math.min(SMALLEST, knobs.partSize);
  for (let number = 1; number <= parts.size; number++) {
    const part = parts.get(number);
    if (!part) throw new Refusal('bad-request/invalid-upload-part-gap', `Part ${String(number)} is missing.`);
    if (number < parts.size && part.content.size < least) {
      throw new Refusal('bad-request/invalid-upload-part-size', `Part ${String(number)} is smaller than ${String(least)} bytes.`);
    }
  }
  const tags = sentTags(parameters);
  if (tags && (tags.size !== parts.size || [...parts].some(([number, { md5 }]) => tags.get(number) !== md5))) {
    throw new Refusal('bad-request/invalid-etags', 'The etags are not those of the uploaded parts.');
  }
}

/** Makes the file out of its parts. Refused, it leaves the upload as it is. */
export function completeUpload(
  service: Service,
  caller: Caller,
  path: string,
  parameters: Parameters,
): { file: StoredFile; replaced: boolean } {
  const { state } = service;
  const upload = find(service, caller, path, parameters.need('ref'));
  const mkdirParents = upload.mkdirParents || (parameters.flag('mkdir_parents') ?? false);
  const withRename = upload.withRename || (parameters.flag('with_rename') ?? false);
  checkParts(service, upload, parameters);
  const parts = [...upload.parts].sort(([a], [b]) => a - b).map(([, { content }]) => content);
  const content = joined([upload.kept, ...parts]);
  const size = parameters.number('size');
  if (size !== undefined && size !== content.size) {
    throw new Refusal('bad-request/invalid-upload-part-size', `${String(content.size)} bytes were uploaded, not ${String(size)}.`);
  }
  const mtime = parameters.date('provided_mtime');
  checkTarget(service, caller, upload.path, mkdirParents, withRename);

  const by = caller.user?.id ?? null;
  const arranged = arrangedPath(state, upload.path, new Date());
  state.tree.makeFolder(parentOf(arranged), by);
  const target = withRename ? state.tree.freePath(arranged) : arranged;
  const replaced = state.tree.find(target) !== undefined;
  const file = state.tree.putFile(target, content, by);
  file.providedMtime = mtime && state.policy.use_provided_modified_at ? mtime : null;
  state.uploads.delete(upload.ref);
  note(service, caller, replaced ? 'update' : 'create', target);
  return { file, replaced };
}
