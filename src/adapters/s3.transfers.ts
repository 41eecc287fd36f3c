import type { Backend, CallOptions, TransferOptions } from '../backend/backend.js';
import { BackendError, errorInfo, toBackendError } from '../backend/errors.js';
import type { Json, Outcome, Ref } from '../backend/item.js';
import { once } from '../backend/once.js';
import { carry, carryBelow, inParallel, type Progress } from './s3.carrying.js';
import { hasCode, invalid, taken, throwIfAborted } from './s3.errors.js';
import type { Ground } from './s3.ground.js';
import { isFolderId, nameOf, parentOf } from './s3.names.js';
import { checkConflict } from './s3.settle.js';
import { find, findFolder, itemOf } from './s3.tree.js';

type Call = 'move' | 'copy';

/** Folders whose contents are on their way, by id. */
type Going = Record<string, Progress>;

function goingOf(ticket: Json | undefined): Going {
  if (typeof ticket !== 'object' || ticket === null || Array.isArray(ticket)) return {};
  const entries = Object.entries(ticket).flatMap(([id, value]) => {
    const { to, after, done } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
    const isOne = typeof to === 'string' && isFolderId(to) && typeof done === 'number';
    return isOne ? [[id, { to, done, ...(typeof after === 'string' && { after }) }] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** `move` and `copy`: copies within the store, and deletions after them. */
export function createTransfers(ground: Ground): Pick<Backend, 'move' | 'copy'> {
  const { store, space, answerWithin } = ground;

  /** Takes one item further; answers its progress where the time is up. */
  const further = async (
    call: Call,
    id: string,
    { to: { id: parent }, conflict }: TransferOptions,
    known: Progress | undefined,
    until: number,
    signal?: AbortSignal,
  ): Promise<Outcome | Progress> => {
    let progress = known;
    if (!progress) {
      const entry = await find(ground, id, signal);
      if (id === '' || (isFolderId(id) && parent.startsWith(id))) throw invalid(`${JSON.stringify(id)} cannot go into itself.`);
      if (parentOf(id) === parent && (call === 'move' || conflict === 'replace')) return { id, item: itemOf(entry) };
      const settled = await carry(ground, call, entry, { parent, name: nameOf(id), conflict }, signal);
      if ('skipped' in settled) return { id, skipped: true };
      if ('exists' in settled) throw taken(settled.exists.id);
      if (entry.object) return { id, item: itemOf(await find(ground, settled.placed, signal)) };
      progress = { to: settled.placed, done: 0 };
    }
    const left = await carryBelow(ground, call, id, progress, until, signal);
    return left ?? { id, item: itemOf(await find(ground, progress.to, signal)) };
  };

  const transfer = async (call: Call, refs: Ref[], how: TransferOptions, options?: CallOptions): Promise<Outcome[]> => {
    const signal = options?.signal;
    checkConflict(how.conflict);
    await findFolder(ground, how.to.id, signal);
    const until = Date.now() + answerWithin;
    const going = goingOf(how.ticket);
    const outcomes = new Map<string, Outcome | { id: string; left: number }>();
    const failed: unknown[] = [];
    const one = async (id: string): Promise<Outcome | { id: string; left: number }> => {
      const known = going[id];
      if (outcomes.size > 0 && Date.now() > until) return { id, left: known?.done ?? 0 };
      try {
        const outcome = await further(call, id, how, known, until, signal);
        if ('id' in outcome) return outcome;
        going[id] = outcome;
        return { id, left: outcome.done };
      } catch (error) {
        throwIfAborted(signal);
        failed.push(error);
        return { id, error: errorInfo(error) };
      }
    };
    await inParallel(
      refs.map(({ id }) => id),
      async (id) => {
        outcomes.set(id, await one(id));
      },
    );
    // Nobody knows what was done: that is no outcome, and whoever asks again is not told it a second time.
    if (failed.length === refs.length && failed.every((error) => hasCode(error, 'offline', 'server', 'rate-limited')))
      throw toBackendError(failed[0]);
    const ticket = Object.fromEntries(Object.entries(going).map(([id, progress]) => [id, { ...progress }]));
    return refs.map(({ id }) => {
      const outcome = outcomes.get(id) ?? { id, left: 0 };
      return 'left' in outcome ? { id, pending: { ticket, done: outcome.left } } : outcome;
    });
  };

  const transferred =
    (call: Call): Backend['move'] =>
    (refs, how, options) => {
      if (typeof how.operation !== 'string' || how.operation === '')
        throw new BackendError('invalid', `A ${call} needs an "operation" of its own.`);
      return how.ticket === undefined
        ? once(store, `${space}${call}:${how.operation}`, () => transfer(call, refs, how, options))
        : transfer(call, refs, how, options);
    };

  return { move: transferred('move'), copy: transferred('copy') };
}
