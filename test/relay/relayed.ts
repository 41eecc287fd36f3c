import { setTimeout } from 'node:timers/promises';
import type { Backend, CallName } from '../../src/backend/backend.js';
import { relayBackend } from '../../src/relay/client.js';
import type { Entry } from '../../src/relay/protocol.js';
import type { Subject } from '../contract/backend.suite.js';
import { wire } from './wire.js';

/** A page's end of a relay over real HTTP, slow or losing answers on their way as the suite wants it. */
export async function relayed(
  backend: Backend,
  {
    root = '',
    renames = false,
    apart = false,
    miss,
    cleanup,
  }: Pick<Subject, 'renames' | 'apart' | 'miss' | 'cleanup'> & { root?: string } = {},
): Promise<Subject> {
  let pause = 0;
  const served = await wire({
    backends: { files: backend },
    authorize: async (request) => {
      await setTimeout(pause, undefined, { ref: false });
      return { user: request.headers.get('x-user') ?? '', root };
    },
  });
  let lost: CallName | undefined;
  const losing: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    const entries = JSON.parse(init?.body as string) as Entry[];
    if (!entries.some(({ call }) => call === lost)) return response;
    lost = undefined;
    await response.text();
    throw new TypeError('The connection was lost.');
  };
  return {
    backend: relayBackend({ url: served.url, backend: 'files', headers: { 'x-user': 'anna' }, fetch: losing }),
    other: served.as('bob'),
    renames,
    apart,
    ...(miss && { miss }),
    loseAnswer: (call) => {
      lost = call;
    },
    slow: (ms) => {
      pause = ms;
    },
    cleanup: async () => {
      await served.close();
      await cleanup?.();
    },
  };
}
