import { createContext, type Context } from '@lit/context';
import type { Backend } from '../backend/backend.js';
import type { Ref } from '../backend/item.js';
import type { Uploads } from '../uploads/queue.js';
import type { Icons } from './icons.js';
import type { Words } from './language.js';

/** What a `<ferry-provider>` gives to the elements inside it. */
export interface Surroundings {
  backend?: Backend | undefined;
  uploads?: Uploads | undefined;
  folder?: string | Ref | undefined;
  lang?: string | undefined;
  icons?: Icons | undefined;
  words?: Partial<Words> | undefined;
}

/** The context key: one for all copies of the library on a page. */
export const surroundings: Context<symbol, Surroundings> = createContext(Symbol.for('ferrykit'));
