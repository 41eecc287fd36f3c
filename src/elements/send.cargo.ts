import type { SendCapability } from '../backend/capabilities.js';
import type { Item } from '../backend/item.js';
import { isAround, phaseOf, type UploadFile, type Uploads } from '../uploads/queue.js';

/** What is going to be sent: items that are there, or files of a queue. */
export interface Cargo {
  items: readonly Item[];
  /** Files that have not arrived. */
  coming: readonly UploadFile[];
}

/** Something of a cargo as it is shown. */
export interface Piece {
  name: string;
  size?: number | undefined;
  kind: Item['kind'];
}

/** The items of a page; without them what is in the queue. What a delivery must be opened for before is only what has not arrived; `gone`: ids of files that were sent already. */
export function cargoOf(
  items: readonly Item[],
  uploads: Uploads | undefined,
  send: SendCapability | undefined,
  gone: ReadonlySet<string>,
): Cargo {
  if (items.length || !uploads || !send) return { items, coming: [] };
  const files = Object.values(uploads.getState().files).filter(({ id }) => !gone.has(id));
  const isDone = (file: UploadFile): boolean => phaseOf(file) === 'done';
  const done = files.filter(isDone).flatMap(({ ferry }) => ferry?.item ?? []);
  const coming = files.filter((file) => !isDone(file));
  return isAround(send) ? { items: [], coming } : { items: done, coming };
}

/** The same as a list to be read. */
export const piecesOf = ({ items, coming }: Cargo): Piece[] => [
  ...items,
  ...coming.map(({ name = '', size }) => ({ name, size: size ?? undefined, kind: 'file' as const })),
];
