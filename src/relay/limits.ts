import type { Capabilities } from '../backend/capabilities.js';
import type { Rules } from '../backend/item.js';
import type { Conflict, FileDescription } from '../backend/upload.js';
import type { Store } from '../backend/store.js';
import { BackendError } from '../backend/errors.js';
import { isOfType, type Limits } from './authorize.js';

/** Refuses a file that is larger than allowed, or of another type. */
export function checkFile(file: FileDescription, { maxFileSize = Infinity, types }: Limits): void {
  if (file.size > maxFileSize) throw tooLarge(file.name, file.size, maxFileSize);
  if (types && !isOfType(file, types))
    throw new BackendError('not-allowed', `"${file.name}" is of type "${file.type}"; allowed are ${types.join(', ')}.`);
}

/** Refuses to do about a taken name what is not allowed. */
export function checkConflict(conflict: Conflict | undefined, { conflicts }: Limits): void {
  if (conflicts && conflict !== undefined && !conflicts.includes(conflict))
    throw new BackendError('not-allowed', `"${conflict}" is not allowed where a name is taken; expected is ${conflicts.join(', ')}.`);
}

/** What is said of a file that is larger than allowed or announced. */
export const tooLarge = (name: string, size: number, most: number): BackendError =>
  new BackendError('too-large', `"${name}" has ${size} bytes; expected are at most ${most}.`);

/** What one user began on one day. */
interface Begun {
  files: number;
  bytes: number;
}

/**
 * Counts a file against what one user may begin in a day; rejects with `quota` and counts nothing when that is used up.
 * Answers how to take the count back, for a file that was not begun after all.
 */
export async function countFile(store: Store, who: string, size: number, limits: Limits): Promise<() => Promise<void>> {
  const { files = Infinity, bytesPerDay = Infinity } = limits;
  if (files === Infinity && bytesPerDay === Infinity) return () => Promise.resolve();
  const key = `begun:${new Date().toISOString().slice(0, 10)}:${who}`;
  await change(store, key, (begun) => {
    if (begun.files + 1 > files) throw new BackendError('quota', `${files} files a day are allowed, and begun already.`);
    if (begun.bytes + size > bytesPerDay) {
      throw new BackendError('quota', `${bytesPerDay} bytes a day are allowed; ${begun.bytes} are begun, and this file has ${size}.`);
    }
    return { files: begun.files + 1, bytes: begun.bytes + size };
  });
  return () => change(store, key, ({ files: count, bytes }) => ({ files: count - 1, bytes: bytes - size }));
}

async function change(store: Store, key: string, next: (begun: Begun) => Begun): Promise<void> {
  for (;;) {
    const stored = await store.get(key);
    const begun = next((stored?.value as Begun | undefined) ?? { files: 0, bytes: 0 });
    if (await store.set(key, { ...begun }, { ifVersion: stored?.version ?? null, ttl: 2 * 86_400 })) return;
  }
}

/** What a folder takes, once a user's limits are counted in. */
export function narrowRules(rules: Rules, { maxFileSize, types }: Limits): Rules {
  const extensions = types?.every((type) => type.startsWith('.')) ? types.map((type) => type.slice(1).toLowerCase()) : undefined;
  const { extensions: theirs } = rules;
  return {
    ...rules,
    ...(maxFileSize === undefined ? {} : { maxFileSize: Math.min(maxFileSize, rules.maxFileSize ?? Infinity) }),
    ...(extensions && { extensions: theirs ? extensions.filter((one) => theirs.includes(one)) : extensions }),
  };
}

/** What a backend can do, once a user's limits are counted in. */
export const narrowUpload = <T extends NonNullable<Exclude<Capabilities['upload'], false>>>(
  upload: T,
  { maxFileSize = Infinity, conflicts }: Limits,
): T => ({
  ...upload,
  maxFileSize: Math.min(upload.maxFileSize, maxFileSize),
  ...(conflicts && { conflict: upload.conflict.filter((one) => conflicts.includes(one)) }),
});
