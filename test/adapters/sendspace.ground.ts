import { sendspace, type SendspaceOptions } from '../../src/adapters/sendspace.js';
import type { Backend, CallName } from '../../src/backend/backend.js';
import { memoryStore } from '../../src/relay/store.js';
import type { Subject } from '../contract/backend.suite.js';
import type { MethodName } from '../services/sendspace/documentation.js';
import type { Account } from '../services/sendspace/records.js';
import { addAccount, CREDENTIALS } from '../services/sendspace/seed.js';
import { type Sendspace, startSendspace } from '../services/sendspace/sendspace.js';

/** Options of an account or of nobody, all of which have a default here. */
export type Options = Partial<Record<keyof SendspaceOptions, unknown>>;

/** A service with two accounts and nothing in them, and the backend of the first. */
export interface Ground {
  service: Sendspace;
  owner: Account;
  stranger: Account;
  backend: Backend;
  /** The same service with other options; with a store of their own unless they name one. */
  as: (options: Options) => Backend;
}

/** Starts a simulated sendspace that is empty but for two accounts. */
export async function ground(options: Options = {}): Promise<Ground> {
  const service = await startSendspace({ empty: true });
  service.state.apiKeys.add(CREDENTIALS.apiKey);
  const owner = addAccount(service.state, 'owner@example.com', { diskSpace: 2 ** 40, membershipType: 'Max', team: 'ferries' });
  const stranger = addAccount(service.state, 'stranger@example.com');
  const as = (more: Options): Backend => {
    const all = { ...options, ...more };
    const who = 'session' in all || all.anonymous ? {} : { email: owner.email, password: CREDENTIALS.password };
    const place = { apiKey: CREDENTIALS.apiKey, baseUrl: service.url, website: service.siteUrl, store: memoryStore() };
    return sendspace({ ...place, ...who, ...all } as SendspaceOptions);
  };
  return { service, owner, stranger, backend: as({}), as };
}

/** Which method of the service a call's answer comes with. */
const ANSWERS: Partial<Record<CallName, MethodName>> = {
  complete: 'files.setInfo',
  move: 'files.moveToFolder',
  send: 'files.sendMail',
};

/** The account's ground as the contract suite wants it. */
export function accountSubject({ service, backend, as, stranger }: Ground): Subject {
  return {
    backend,
    other: as({ email: stranger.email }),
    alone: true,
    loseAnswer: (call) => {
      const method = ANSWERS[call];
      if (!method) throw new Error(`It is not known which method "${call}" is.`);
      service.knobs.lose(method);
    },
    cleanup: () => service.close(),
  };
}

/** Nobody's ground as the contract suite wants it. */
export function anonymousSubject({ service, backend }: Ground): Subject {
  return {
    backend,
    cleanup: () => service.close(),
  };
}
