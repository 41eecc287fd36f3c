import type { Backend } from '../backend/backend.js';
import type { Capabilities } from '../backend/capabilities.js';
import type { Delivery } from '../backend/delivery.js';
import { toBackendError, type ErrorCode } from '../backend/errors.js';
import type { ActivityEntry, Item, ItemPatch } from '../backend/item.js';
import { refOf } from './ref.js';

/** Pages of deliveries that are looked through for an item. */
const MOST_PAGES = 5;

/** All that can be known of one item, asked for when it is looked at. */
export class Knowledge {
  item: Item | undefined;
  history: ActivityEntry[] | undefined;
  deliveries: Delivery[] | undefined;
  /** It is being asked for. */
  loading = false;
  /** A change is on its way. */
  saving = false;
  /** Why the last change was not taken. */
  problem: ErrorCode | undefined;
  /** The last change was taken. */
  saved = false;
  readonly #onChange: () => void;
  #asked: unknown[] = [];

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Asks for all of an item, once for the same one as it is now. */
  look(item: Item | undefined, backend: Backend, capabilities: Capabilities | undefined): void {
    const asked = [item, backend, capabilities];
    if (asked.every((part, index) => part === this.#asked[index])) return;
    const another = item?.id !== this.item?.id;
    this.#asked = asked;
    this.item = item;
    if (another) {
      this.history = this.deliveries = this.problem = undefined;
      this.saved = false;
    }
    if (item && capabilities) void this.#ask(item, backend, capabilities, asked);
  }

  async #ask(item: Item, backend: Backend, capabilities: Capabilities, asked: unknown[]): Promise<void> {
    this.loading = true;
    const ref = refOf(item);
    const none = (): undefined => undefined;
    const [all, history, deliveries] = await Promise.all([
      capabilities.item ? backend.item(ref).catch(none) : undefined,
      capabilities.activity && item.can.includes('activity') ? backend.activity(ref).catch(none) : undefined,
      capabilities.deliveries ? deliveriesWith(item, backend).catch(none) : undefined,
    ]);
    if (asked !== this.#asked) return;
    Object.assign(this, { item: all ?? item, history, deliveries, loading: false });
    this.#onChange();
  }

  /** Changes something about the item; answers it as it is then. */
  async save(patch: ItemPatch, backend: Backend): Promise<Item | undefined> {
    const { item } = this;
    if (!item) return undefined;
    this.saving = true;
    this.saved = false;
    this.problem = undefined;
    this.#onChange();
    try {
      const after = await backend.describe(refOf(item), patch);
      if (item.id === this.item?.id) this.saved = true;
      return after;
    } catch (thrown) {
      this.problem = toBackendError(thrown).code;
      return undefined;
    } finally {
      this.saving = false;
      this.#onChange();
    }
  }
}

/** The newest deliveries that contain an item. */
async function deliveriesWith({ id }: Item, backend: Backend): Promise<Delivery[]> {
  const found: Delivery[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const next = await backend.deliveries(cursor === undefined ? {} : { cursor });
    found.push(...next.deliveries.filter(({ items }) => items?.some((item) => item.id === id)));
    ({ cursor } = next);
    if (cursor === undefined) break;
  }
  return found;
}
