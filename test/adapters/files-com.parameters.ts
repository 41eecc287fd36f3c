import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type FilesComOptions, login } from '../../src/adapters/files-com.js';
import type { Backend } from '../../src/backend/backend.js';
import { DOCUMENTED, TODAY } from '../services/files-com/documentation.js';
import { CREDENTIALS } from '../services/files-com/seed.js';
import type { State } from '../services/files-com/state.js';
import type { Asked, FilesComKnobs } from '../services/files-com/turns.js';
import { send } from '../contract/bytes.js';
import { site, type Site } from './files-com.ground.js';

type Values = Asked['parameters'];

/** A site for one test about what is asked of the service. */
export interface Stage extends Site {
  state: State;
  knobs: FilesComKnobs;
  /** The parameters of every call of an endpoint so far. */
  asked: (endpoint: string) => Values[];
  /** Forgets what was asked so far. */
  forget: () => void;
  /** Uploads a text and answers where it ended. */
  upload: (name: string, text: string, how?: Partial<UploadHow>) => Promise<string>;
  /** The backend of a user who signs in. */
  signedIn: (username: string) => Promise<Backend>;
}

interface UploadHow {
  path: string;
  modified: number;
  conflict: 'rename' | 'replace';
}

/** Every endpoint, those with more of their path told before those with less. */
const ENDPOINTS = Object.keys(Object.assign({}, ...Object.values(DOCUMENTED), TODAY) as object)
  .map((endpoint) => {
    const [method = '', path = ''] = endpoint.split(' ');
    const pattern = path.replace('/{path}', '(?:/.*)?').replace(/\{\w+\}/g, '\\d+');
    return { endpoint, method, pattern: new RegExp(`^${pattern}$`) };
  })
  .sort((a, b) => Number(a.endpoint.includes('{path}')) - Number(b.endpoint.includes('{path}')));

/** The endpoint that a call is for, as COVERAGE.md writes it. */
const endpointOf = ({ method, path }: Asked): string =>
  ENDPOINTS.find((one) => one.method === method && one.pattern.test(path))?.endpoint ?? `${method} ${path}`;

/** Whatever the tests of this process made the adapter ask, by endpoint. */
export const heard = new Map<string, Set<string>>();

/** Parameters in an object are named one by one where the documentation does. */
const namesOf = (endpoint: string, parameters: Values): string[] =>
  Object.entries(parameters).flatMap(([name, value]) =>
    name === 'filter' && endpoint.includes('behaviors') ? Object.keys(value as object).map((inner) => `filter[${inner}]`) : [name],
  );

/** Opens a site that is empty but for its two users. */
export async function stage(t: Pick<TestContext, 'after'>, options: Partial<FilesComOptions> = {}): Promise<Stage> {
  const opened = await site(options);
  const { service, backend, as } = opened;
  const { knobs, state } = service;
  const note = (): void => {
    for (const call of knobs.asked.splice(0)) {
      const endpoint = endpointOf(call);
      const names = heard.get(endpoint) ?? new Set();
      for (const name of namesOf(endpoint, call.parameters)) names.add(name);
      heard.set(endpoint, names);
    }
  };
  t.after(async () => {
    note();
    await service.close();
  });
  return {
    ...opened,
    state,
    knobs,
    asked: (endpoint) => knobs.asked.filter((call) => endpointOf(call) === endpoint).map(({ parameters }) => parameters),
    forget: note,
    async upload(name, text, { conflict = 'replace', ...more } = {}) {
      const bytes = new TextEncoder().encode(text);
      const opening = await backend.init({ name, size: bytes.length, type: '', ...more }, { folder: { id: '' }, conflict });
      assert.ok('ticket' in opening && opening.first);
      const part = await send(opening.first, { number: 1, start: 0, end: bytes.length }, bytes);
      const completed = await backend.complete(opening.ticket, [part], {});
      assert.ok('item' in completed);
      return completed.item.id;
    },
    async signedIn(username) {
      const session = await login(username, CREDENTIALS.password, undefined, { url: service.url });
      return as(session);
    },
  };
}
