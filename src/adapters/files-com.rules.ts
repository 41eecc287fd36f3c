import type { Backend, CallOptions } from '../backend/backend.js';
import type { Rules } from '../backend/item.js';
import type { Api } from './files-com.api.js';
import type { Entries } from './files-com.entries.js';
import { unless } from './files-com.errors.js';
import { patternOf } from './files-com.pattern.js';
import { encodePath, isSame, isWithin, type Paths } from './files-com.paths.js';
import { type Fields, fieldsOf, listOf, numberOf, textOf, textsOf } from './files-com.reading.js';

/** A setting of a folder, with its value read. */
export interface Behavior {
  id: unknown;
  path: string;
  type: string;
  value: unknown;
  fields: Fields;
}

/** The value itself, or the JSON of it, or a list with it alone. */
function valueOf(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{"\d]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Reads behaviors. */
export const behaviorsOf = (answer: unknown): Behavior[] =>
  listOf(answer).map((fields) => ({
    id: fields['id'],
    path: (textOf(fields['path']) ?? '').replace(/^\/+|\/+$/g, ''),
    type: textOf(fields['behavior']) ?? '',
    value: valueOf(fields['value']),
    fields,
  }));

/** Behaviors of a folder and of those above it. */
export async function behaviorsAt(api: Api, path: string, options?: CallOptions): Promise<Behavior[]> {
  const deed = `Reading the rules of ${JSON.stringify(path)}`;
  const query = { ancestor_behaviors: true };
  return behaviorsOf(await api.all(deed, `/behaviors/folders/${encodePath(path)}`, { query, signal: options?.signal }));
}

/** Whether a behavior is there to cancel out what comes from above, and nothing else. */
const cancels = ({ fields }: Behavior): boolean => fields['disable_parent_folder_behavior'] === true;

/**
 * Which behaviors count in a folder, the nearest one of each type: set on the folder itself, or above it and handed down.
 * Older answers do not say whether they are; then they are.
 */
export function effective(behaviors: readonly Behavior[], path: string): Map<string, Behavior> {
  const counting = new Map<string, Behavior>();
  const fromRoot = behaviors
    .filter((one) => isWithin(path, one.path) && (isSame(one.path, path) || one.fields['recursive'] !== false))
    .sort((a, b) => a.path.length - b.path.length || Number(cancels(b)) - Number(cancels(a)));
  for (const one of fromRoot) {
    if (cancels(one)) counting.delete(one.type);
    else counting.set(one.type, one);
  }
  return counting;
}

const extensionsOf = (value: unknown): string[] => textsOf(value).map((extension) => extension.replace(/^\./, '').toLowerCase());

/** What each type of behavior means for a file that is put there. Shapes of today, and the older ones. */
const MEANINGS: Readonly<Record<string, (value: unknown, own: boolean) => Rules>> = {
  limit_file_extensions(value) {
    const extensions = extensionsOf(Array.isArray(value) ? value : fieldsOf(value)['extensions']);
    if (extensions.length === 0) return {};
    return fieldsOf(value)['mode'] === 'blacklist' ? { refusedExtensions: extensions } : { extensions };
  },
  limit_file_regex(value) {
    const patterns = (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((one) => textOf(one) ?? []);
    const [written] = patterns;
    if (written === undefined) return {};
    // Whether one of several is enough is not said.
    const namePattern = patterns.length === 1 ? patternOf(written) : undefined;
    return namePattern === undefined ? { unchecked: patterns } : { namePattern };
  },
  limit_filename_length(value) {
    const most = numberOf(fieldsOf(value)['max_length']);
    if (most === undefined || most <= 0) return {};
    return fieldsOf(value)['shorten'] === true ? { renamed: true } : { maxNameLength: most, nameUnit: 'characters' };
  },
  lock_subfolders(value, own) {
    const level = textOf(fieldsOf(value)['level']);
    return own || level === undefined || level.includes('recursive') ? { foldersLocked: true } : {};
  },
  override_upload_filename: () => ({ renamed: true }),
  append_timestamp: () => ({ renamed: true }),
  organize_files_into_subfolders: () => ({ renamed: true }),
  auto_encrypt: () => ({ encrypted: true }),
  file_expiration(value) {
    const days = numberOf(value) ?? numberOf(fieldsOf(value)['days_to_retain']);
    return days === undefined || days <= 0 ? {} : { expiresAfterDays: days };
  },
};

/** The rules that behaviors make for a folder. */
export function rulesOf(behaviors: readonly Behavior[], path: string): Rules {
  const found = [...effective(behaviors, path).values()].map((one): Rules => MEANINGS[one.type]?.(one.value, isSame(one.path, path)) ?? {});
  return Object.assign({}, ...found) as Rules;
}

/** Where a folder that is served publicly can be seen, or something in it. */
export function publicUrlOf(behaviors: readonly Behavior[], path: string): string | undefined {
  const served = effective(behaviors, path).get('serve_publicly');
  const url = textOf(served?.fields['public_hosting_url']);
  if (!served || url === undefined) return undefined;
  const rest = served.path === '' ? path : path.slice(served.path.length + 1);
  return rest === '' ? url : `${url.replace(/\/+$/, '')}/${encodePath(rest)}`;
}

/** `rules`: what may be put into a folder, from its behaviors. Where a user may not read them, the service alone knows: nothing is said. */
export function createRules(api: Api, paths: Paths, entries: Entries): Backend['rules'] {
  return async (ref, options) => {
    const path = paths.pathOf(ref.id);
    const [folder, behaviors] = await Promise.all([
      entries.folder(ref, options),
      unless(['forbidden', 'not-found', 'invalid'], behaviorsAt(api, path, options), []),
    ]);
    const locked = folder['subfolders_locked?'] === true || folder['subfolders_locked'] === true;
    return { ...rulesOf(behaviors, path), ...(locked && { foldersLocked: true }) };
  };
}
