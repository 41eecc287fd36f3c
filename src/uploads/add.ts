import type { Rules } from '../backend/item.js';
import type { Added, FileInput, Limits, NewFile, Rejection, UploadDetail, UppyFace } from './queue.js';

/** Longest time that preparing files may hold up the page, in milliseconds. */
const SLICE = 40;

const extensionOf = (name: string): string => (/\.([^.]+)$/.exec(name)?.[1] ?? '').toLowerCase();

const bytesOf = (name: string): number => new TextEncoder().encode(name).length;

/** Whether `accept` takes this file, as `<input accept>` reads it. */
export function accepts(accept: readonly string[], file: Pick<File, 'name' | 'type'>): boolean {
  return accept.some((entry) => {
    const wanted = entry.trim().toLowerCase();
    if (wanted === '*' || wanted === '*/*') return true;
    if (wanted.startsWith('.')) return file.name.toLowerCase().endsWith(wanted);
    return wanted.endsWith('/*') ? file.type.startsWith(wanted.slice(0, -1)) : file.type === wanted;
  });
}

function brokenRule(rules: Rules, file: File): Omit<Rejection, 'file'> | undefined {
  const { extensions, refusedExtensions, maxFileSize, maxNameLength, nameUnit, namePattern } = rules;
  const extension = extensionOf(file.name);
  if (extensions && !extensions.includes(extension)) return { code: 'not-allowed', limit: extensions, rule: { extensions } };
  if (refusedExtensions?.includes(extension)) return { code: 'not-allowed', rule: { refusedExtensions } };
  if (maxFileSize !== undefined && file.size > maxFileSize) return { code: 'too-large', limit: maxFileSize };
  const length = nameUnit === 'bytes' ? bytesOf(file.name) : file.name.length;
  const unit = nameUnit && { nameUnit };
  if (maxNameLength !== undefined && length > maxNameLength)
    return { code: 'invalid', limit: maxNameLength, rule: { maxNameLength, ...unit } };
  if (namePattern === undefined) return undefined;
  try {
    return new RegExp(namePattern, 'u').test(file.name) ? undefined : { code: 'invalid', rule: { namePattern, ...unit } };
  } catch {
    // A pattern that this engine cannot read is the service's to enforce.
    return undefined;
  }
}

/** The limit that this file breaks by itself, if any. */
export function brokenLimit(limits: Limits, file: File): Omit<Rejection, 'file'> | undefined {
  const { accept, maxSize, rules } = limits;
  if (accept?.length && !accepts(accept, file)) return { code: 'not-allowed', limit: accept };
  if (maxSize !== undefined && file.size > maxSize) return { code: 'too-large', limit: maxSize };
  return rules && brokenRule(rules, file);
}

const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    // A message wakes a hidden tab at once; its timers run once a second.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });

/**
 * Adds files to any Uppy: checks each against the limits in slices that leave the page usable, then the drop as a whole,
 * and commits once. A drop that breaks a limit for all of it (`too-many`, `total-too-large`) is refused as a whole.
 */
export async function addTo(
  face: UppyFace,
  inputs: readonly FileInput[],
  options: { limits?: Limits; signal?: AbortSignal; ferry?: UploadDetail } = {},
): Promise<Added> {
  const { limits = {}, signal, ferry } = options;
  const rejected: Rejection[] = [];
  const taken: NewFile[] = [];
  let start = performance.now();
  for (const input of inputs) {
    const broken = brokenLimit(limits, input.file);
    if (broken) rejected.push({ file: input.file, ...broken });
    else {
      const file = describe(input, ferry);
      face.prepare?.(file);
      taken.push(file);
    }
    if (performance.now() - start > SLICE) {
      await breathe();
      signal?.throwIfAborted();
      start = performance.now();
    }
  }
  const whole = brokenWhole(limits, face, taken);
  if (whole) return { added: [], rejected: [...rejected, ...taken.map(({ data: file }) => ({ file, ...whole }))] };
  return commit(face, taken, rejected);
}

function brokenWhole({ maxFiles, maxTotal }: Limits, face: UppyFace, taken: NewFile[]): Omit<Rejection, 'file'> | undefined {
  if (maxFiles === undefined && maxTotal === undefined) return undefined;
  const files = Object.values(face.getState().files);
  if (maxFiles !== undefined && files.length + taken.length > maxFiles) return { code: 'too-many', limit: maxFiles };
  const total = files.reduce((sum, file) => sum + (file.size ?? 0), 0) + taken.reduce((sum, { data }) => sum + data.size, 0);
  return maxTotal !== undefined && total > maxTotal ? { code: 'total-too-large', limit: maxTotal } : undefined;
}

/** Commits in one go; what Uppy itself refuses (its restrictions, a file that is in the list already) is told like the rest. */
function commit(face: UppyFace, taken: NewFile[], rejected: Rejection[]): Added {
  const added: string[] = [];
  const refused: ({ data: File; id: string } | undefined)[] = [];
  const onAdded = (files: { id: string }[]): void => {
    for (const { id } of files) added.push(id);
  };
  const onRefused = (file: { data: File; id: string } | undefined): void => {
    refused.push(file);
  };
  face.on('files-added', onAdded);
  face.on('restriction-failed', onRefused);
  try {
    if (taken.length) face.addFiles(taken);
  } finally {
    face.off('files-added', onAdded);
    face.off('restriction-failed', onRefused);
  }
  const { files } = face.getState();
  for (const file of refused) {
    if (file) rejected.push({ file: file.data, code: file.id in files ? 'exists' : 'not-allowed' });
    else if (!added.length) for (const { data } of taken) rejected.push({ file: data, code: 'not-allowed' });
  }
  return { added, rejected };
}

const describe = ({ file, path }: FileInput, ferry: UploadDetail | undefined): NewFile => ({
  name: file.name,
  type: file.type,
  data: file,
  source: 'ferry',
  meta: path ? { relativePath: `${path}/${file.name}` } : {},
  ...(ferry ? { ferry } : {}),
});
