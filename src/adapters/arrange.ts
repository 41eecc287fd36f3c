import type { Item, Sort } from '../backend/item.js';
import { comparison } from './memory.order.js';

const place = ({ kind, name, id, size = 0, modified = 0 }: Item) => ({ kind, name, id, size, modified });

/** Items of a service that lists a folder all at once, as a page wants them: searched by a piece of the name, and in order. */
export function arrange(items: readonly Item[], { sort, search }: { sort?: Sort; search?: string }): Item[] {
  const wanted = search?.normalize().toLowerCase();
  const found = wanted ? items.filter(({ name }) => name.normalize().toLowerCase().includes(wanted)) : [...items];
  const compare = comparison(sort ?? { by: 'name', direction: 'ascending' });
  return found.sort((a, b) => compare(place(a), place(b)));
}
