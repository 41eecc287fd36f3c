import { toBackendError } from '../backend/errors.js';
import { progressOf } from './sendspace.answers.js';
import type { Service } from './request.js';

/** What became of a form whose answer was lost, as far as its node says. */
export type Fate = 'there' | 'not-there' | 'unknown';

/** Milliseconds between two looks: the document's example looks about once a second. */
const PAUSE = 500;
/** Looks at a form that is still under way. */
const LOOKS = 6;

/**
 * Asks the node that took a form what became of it (`progress_url`): `done`, `fail`, or `ok` while bytes come in. One that has not got a
 * single byte has not got the form. Where the node tells nothing, nothing is known.
 */
export async function fateOf(ask: Service, url: string | undefined, signal: AbortSignal | undefined): Promise<Fate> {
  if (!url) return 'unknown';
  const deed = 'Asking how far an upload is';
  for (let looks = 1; ; looks += 1) {
    try {
      const { status, bytes } = progressOf((await ask({ deed, url, signal })).text, deed);
      if (status === 'done') return 'there';
      if (status === 'fail' || bytes === 0) return 'not-there';
    } catch (error) {
      if (toBackendError(error).code === 'aborted') throw error;
      return 'unknown';
    }
    if (looks === LOOKS) return 'unknown';
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
