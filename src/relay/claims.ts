import type { CallName } from '../backend/backend.js';
import { BackendError } from '../backend/errors.js';
import type { Ancestor, Item, Listing, Outcome, Permission, Ref } from '../backend/item.js';
import type { Named } from './seal.js';
import type { Visit } from './visit.js';

/** The call that a permission is about, where their names differ. */
const CALL_OF: Partial<Record<Permission, CallName>> = { upload: 'init', preview: 'download' };

/** What nobody may do to the folder above which they see nothing. */
const NOT_TO_ROOT: readonly Permission[] = ['rename', 'move', 'copy', 'remove', 'describe', 'lock', 'send'];

/** Turns a page's way to name something into the backend's. Rejects with `forbidden` what was not given to this visit. */
export function refIn(visit: Visit, { id, claim }: Ref, named: Named = 'item'): Ref {
  if (named === 'item' && id === '') return { id: visit.root };
  if (!visit.ground.seals.claimed(named, visit, id, claim)) {
    throw new BackendError('forbidden', `The claim on ${named} "${id}" is missing, or somebody else's.`);
  }
  return { id };
}

/** As {@link refIn}, for what may be done to anything but the root folder. */
export function ownIn(visit: Visit, ref: Ref, named: Named = 'item'): Ref {
  if (named === 'item' && ref.id === '' && visit.root !== '') throw new BackendError('forbidden', 'The root folder stays as it is.');
  return refIn(visit, ref, named);
}

/** The page's way to name something, with the proof that it may. */
export const refOut = (visit: Visit, { id }: Ref, named: Named = 'item'): Ref =>
  named === 'item' && id === visit.root ? { id: '' } : { id, claim: visit.ground.seals.claim(named, visit, id) };

/** An item as this visit sees it. */
export function itemOut(visit: Visit, { parent, ...item }: Item): Item {
  const isRoot = item.id === visit.root;
  const can = item.can.filter(
    (one) => visit.may(CALL_OF[one] ?? (one as CallName)) && !(isRoot && visit.root !== '' && NOT_TO_ROOT.includes(one)),
  );
  if (isRoot) return { ...item, id: '', name: '', can };
  return { ...item, ...refOut(visit, item), can, ...(parent && { parent: refOut(visit, parent) }) };
}

/** One page of a folder as this visit sees it: nothing above the root. Rejects with `forbidden` for a folder that is outside. */
export function listingOut(visit: Visit, { folder, ancestors, items, ...rest }: Listing): Listing {
  return {
    ...rest,
    folder: itemOut(visit, folder),
    ancestors: ancestorsOut(visit, folder, ancestors),
    items: items.map((item) => itemOut(visit, item)),
  };
}

function ancestorsOut(visit: Visit, folder: Item, ancestors: Ancestor[]): Ancestor[] {
  if (folder.id === visit.root) return [];
  const top = visit.root === '' ? 0 : ancestors.findIndex(({ id }) => id === visit.root);
  if (top < 0) throw new BackendError('forbidden', `The folder "${folder.name}" is not below this user's root any more.`);
  return ancestors.slice(top).map((one) => (one.id === visit.root ? { id: '', name: '' } : { ...refOut(visit, one), name: one.name }));
}

/** The outcomes of a call, under the ids by which the page named the items. Pending ones are not touched. */
export const outcomeOut = (visit: Visit, outcome: Outcome): Outcome => ({
  ...outcome,
  id: idOut(visit, outcome.id),
  ...('item' in outcome && { item: itemOut(visit, outcome.item) }),
});

/** The id by which a page knows an item. */
export const idOut = (visit: Visit, id: string): string => (id === visit.root ? '' : id);
