import type { Ref } from '../backend/item.js';

/** What of an item a call is given. */
export const refOf = ({ id, claim }: Ref): Ref => (claim === undefined ? { id } : { id, claim });
