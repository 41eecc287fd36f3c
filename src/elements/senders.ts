import type { Backend } from '../backend/backend.js';
import type { Item } from '../backend/item.js';

/** What `<ferry-send>` offers to whoever has something to send. */
export interface Sender extends Element {
  items: readonly Item[];
  show(): void;
}

// Shared over all copies of the library on a page.
const KEY = Symbol.for('ferrykit.senders');
const shared = globalThis as unknown as Record<typeof KEY, Map<Sender, Backend | undefined> | undefined>;
const senders = (shared[KEY] ??= new Map<Sender, Backend | undefined>());

/** What is heard on the window when somebody else can send, or with another backend. */
export const SENDERS_CHANGED = 'ferry-senders';

/** Makes known what an element sends with; `false`: it is not on the page any more. */
export function offerSending(sender: Sender, backend: Backend | undefined | false): void {
  if (backend === false ? !senders.delete(sender) : senders.has(sender) && senders.get(sender) === backend) return;
  if (backend !== false) senders.set(sender, backend);
  window.dispatchEvent(new Event(SENDERS_CHANGED));
}

/** Who on the page sends what this backend keeps; of several, the one that stands nearest. */
export function senderFor(backend: Backend | undefined, near: Node): Sender | undefined {
  const fitting = backend ? [...senders].filter(([, its]) => its === backend).map(([sender]) => sender) : [];
  for (let place: Node | null = near; place; place = place.parentNode ?? (place as Partial<ShadowRoot>).host ?? null)
    for (const sender of fitting) if (place.contains(sender)) return sender;
  return fitting[0];
}
