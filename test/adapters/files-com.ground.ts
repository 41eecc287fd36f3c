import { filesCom, type FilesComOptions } from '../../src/adapters/files-com.js';
import type { Backend, CallName } from '../../src/backend/backend.js';
import type { Subject } from '../contract/backend.suite.js';
import { type FilesCom, startFilesCom } from '../services/files-com/files-com.js';
import type { User } from '../services/files-com/records.js';
import { addKey, addUser } from '../services/files-com/seed.js';

/** A key of a user at the simulated service. */
export const KEY = 'key-of-the-owner-0123456789abcdef';
/** Another user's, who has been granted nothing. */
export const OTHER_KEY = 'key-of-a-stranger-0123456789abcdef';

/** An empty site with an administrator and a stranger, and the backend of the first. */
export interface Site {
  service: FilesCom;
  owner: User;
  stranger: User;
  backend: Backend;
  /** The same site with other credentials or options. */
  as: (options: Partial<FilesComOptions>) => Backend;
}

/** Starts a simulated Files.com that is empty but for two users. */
export async function site(options: Partial<FilesComOptions> = {}): Promise<Site> {
  const service = await startFilesCom({ empty: true });
  const owner = addUser(service.state, 'owner', { siteAdmin: true });
  const stranger = addUser(service.state, 'stranger');
  addKey(service.state, KEY, { userId: owner.id });
  addKey(service.state, OTHER_KEY, { userId: stranger.id });
  const as = (more: Partial<FilesComOptions>): Backend =>
    filesCom({ url: service.url, ...('sessionId' in more ? {} : { apiKey: KEY }), ...options, ...more } as FilesComOptions);
  return { service, owner, stranger, backend: as({}), as };
}

/** Which request of the service a call's answer comes with. */
const ANSWERS: Partial<Record<CallName, RegExp>> = {
  complete: /^api POST \S*\/files\//,
  move: /^api POST \S*\/file_actions\/move\//,
  copy: /^api POST \S*\/file_actions\/copy\//,
  send: /^api POST \S*\/bundles$/,
  forward: /^api POST \S*\/share$/,
  request: /^api POST \S*\/behaviors$/,
};

/** The site as the contract suite wants it. */
export function subjectOf({ service, backend, as }: Site): Subject {
  return {
    backend,
    other: as({ apiKey: OTHER_KEY }),
    loseAnswer: (call) => {
      const pattern = ANSWERS[call];
      if (!pattern) throw new Error(`It is not known which request "${call}" is.`);
      service.knobs.next(pattern, 'lost-answer');
    },
    cleanup: () => service.close(),
  };
}
