import { filemail, type FilemailOptions } from '../../src/adapters/filemail.js';
import type { Backend, CallName } from '../../src/backend/backend.js';
import { memoryStore } from '../../src/relay/store.js';
import type { Subject } from '../contract/backend.suite.js';
import { startFilemail, type Filemail } from '../services/filemail/filemail.js';
import { CREDENTIALS } from '../services/filemail/seed.js';

/** A seeded service, and the owner's backend at it. */
export interface Site {
  service: Filemail;
  backend: Backend;
  /** The same service with other credentials or options, and a store of its own unless one is given. */
  as: (options: Partial<FilemailOptions>) => Backend;
}

/** Starts a simulated Filemail. */
export async function site(options: Partial<FilemailOptions> = {}): Promise<Site> {
  const service = await startFilemail();
  const as = (more: Partial<FilemailOptions>): Backend =>
    filemail({
      apiKey: CREDENTIALS.ownerKey,
      baseUrl: service.url,
      store: memoryStore(),
      ...options,
      ...more,
    } as FilemailOptions);
  return { service, backend: as({}), as };
}

/** Which request of the service a call's answer comes with. */
const ANSWERS: Partial<Record<CallName, RegExp>> = {
  send: /^api PUT \/transfer\/complete$/,
  forward: /^api POST \/transfer\/forward$/,
};

/** The site as the contract suite wants it. */
export function subjectOf({ service, backend, as }: Site): Subject {
  return {
    backend,
    other: as({ apiKey: CREDENTIALS.strangerKey }),
    apart: true,
    linked: true,
    loseAnswer: (call) => {
      const pattern = ANSWERS[call];
      if (!pattern) throw new Error(`It is not known which request "${call}" is.`);
      service.knobs.next(pattern, 'lost-answer');
    },
    cleanup: () => service.close(),
  };
}
