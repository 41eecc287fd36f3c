import { randomUUID } from 'node:crypto';
import type { CallOptions } from '../backend/backend.js';
import type { Download, Item, Ref } from '../backend/item.js';
import { BackendError } from '../backend/errors.js';
import { idOut } from './claims.js';
import type { Bearer } from './seal.js';
import { bearerOf, keyOf, type Visit } from './visit.js';

/** Seconds within which a download must begin, and within which a player may ask for more ranges of it. */
const START_WITHIN = 900;

/** Longest list of ids, in characters, that is sealed into the URL itself; servers take 16 KB of headers. */
const MOST_IN_URL = 2000;

/** What a URL that gives bytes stands for: one file, or several items and folders packed together. */
export interface DownloadPass extends Bearer {
  until: number;
  what: { file: string } | { zip: string[] } | { zipAt: string };
}

/** One URL for what a page wants to download through the relay. Rejects with `not-found` where one of the items is not there. */
export async function downloadPass(visit: Visit, refs: Ref[], options: CallOptions | undefined): Promise<Download> {
  const [first, ...others] = await Promise.all(refs.map((ref) => visit.to.item(ref, options)));
  if (!first) throw new BackendError('invalid', 'Nothing was named to download; expected is at least one item.');
  const ids = refs.map(({ id }) => id);
  const what = others.length === 0 && first.kind === 'file' ? { file: first.id } : await packed(visit, ids);
  const pass: DownloadPass = { ...bearerOf(visit), until: Date.now() + START_WITHIN * 1000, what };
  const sealed = await visit.ground.seals.of<DownloadPass>('download').seal(pass);
  return { ids: ids.map((id) => idOut(visit, id)), url: visit.ground.urlOf('download', sealed), expires: START_WITHIN };
}

async function packed(visit: Visit, ids: string[]): Promise<DownloadPass['what']> {
  if (JSON.stringify(ids).length <= MOST_IN_URL) return { zip: ids };
  const key = keyOf('download', visit, randomUUID());
  await visit.ground.store.set(key, ids, { ttl: START_WITHIN });
  return { zipAt: key };
}

/** The name that packed items go by. */
export const packedName = ([first, ...others]: readonly Pick<Item, 'name'>[]): string =>
  `${first && first.name !== '' && others.length === 0 ? first.name : 'files'}.zip`;
