import { BackendError } from '../backend/errors.js';
import type { Conflict } from '../backend/upload.js';
import { numbered } from './memory.names.js';
import { invalid, taken } from './s3.errors.js';
import { type Ground, holding } from './s3.ground.js';
import { within } from './s3.names.js';
import { type Entry, look } from './s3.tree.js';

/** Numbers that are tried. */
const MOST = 1000;

/** What became of a thing that was to get a name. */
export type Settled = { placed: string } | { exists: Entry } | { skipped: Entry };

/** A thing that is to get a name in a folder. */
export interface Settling {
  /** The folder's id. */
  parent: string;
  name: string;
  kind: 'file' | 'folder';
  conflict: Conflict;
  /** Gives it the name, which is free. Runs while nobody else of this store gives anything that name. */
  place: (id: string) => Promise<unknown>;
  /** Puts it over a thing of its kind; {@link place} unless told otherwise. */
  over?: (id: string) => Promise<unknown>;
  /** Whether what is there is this very thing: an answer was lost. */
  isSame?: (there: Entry) => boolean;
  /** Whether somebody is about to have a number of the name. */
  isBusy?: (id: string) => Promise<boolean>;
  signal?: AbortSignal | undefined;
}

const CONFLICTS: readonly unknown[] = ['ask', 'rename', 'replace', 'skip'] satisfies Conflict[];

/** Refuses what is no {@link Conflict}. */
export function checkConflict(conflict: unknown): asserts conflict is Conflict {
  if (!CONFLICTS.includes(conflict)) throw invalid(`"conflict" is ask, rename, replace or skip, not ${JSON.stringify(conflict)}.`);
}

/** The name itself, then numbered ones. */
export function* candidates(
  { keys }: Pick<Ground, 'keys'>,
  { parent, name, kind }: Pick<Settling, 'parent' | 'name' | 'kind'>,
): Generator<string> {
  for (let number = 1; number < MOST; number += 1) yield within(keys, parent, number === 1 ? name : numbered(name, kind, number), kind);
}

/** Gives a thing its name, or does about a taken one what `conflict` says. */
export async function settle(ground: Ground, settling: Settling): Promise<Settled> {
  const { conflict, kind, place, over = place, isSame, isBusy, signal } = settling;
  const attempt = (id: string): Promise<Settled | undefined> =>
    holding(
      ground,
      id,
      async (): Promise<Settled | undefined> => {
        const there = await look(ground, id, signal);
        if (there && isSame?.(there)) return { placed: there.id };
        if (!there) {
          if (conflict === 'rename' && (await isBusy?.(id))) return undefined;
          await place(id);
          return { placed: id };
        }
        if (conflict === 'rename') return undefined;
        if (conflict === 'skip') return { skipped: there };
        if (conflict === 'ask') return { exists: there };
        if ((kind === 'file') !== (there.object !== undefined)) throw taken(there.id);
        await over(id);
        return { placed: id };
      },
      signal,
    );
  for (const id of candidates(ground, settling)) {
    // Looked at before the wait for the lock, which a taken name is not worth.
    const there = conflict === 'rename' ? await look(ground, id, signal) : undefined;
    if (there && !isSame?.(there)) continue;
    const settled = await attempt(id);
    if (settled) return settled;
  }
  throw new BackendError('exists', `All numbers of ${JSON.stringify(settling.name)} are taken.`);
}
