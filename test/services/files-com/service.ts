import type { Context, Hono } from 'hono';
import type { Caller } from './callers.js';
import type { Parameters } from './parameters.js';
import { pathAfter } from './paths.js';
import type { State } from './state.js';
import type { FilesComKnobs } from './turns.js';

/** What each resource works with. */
export interface Service {
  state: State;
  knobs: FilesComKnobs;
  /** Where the API, the share links and the inboxes are. */
  url: string;
  storageUrl: string;
  /** A URL at the storage origin for one part or one file, signed and with an end. */
  sign: (path: string, query: Record<string, string>, seconds: number) => string;
}

/** What a route knows of its request. */
export interface Environment {
  Variables: { caller: Caller; parameters: Parameters };
}

/** The routes of one resource. */
export type Routes = Hono<Environment>;

/** The root of the API. */
export const API = '/api/rest/v1';

/** The path that a route with a path at its end was asked for. */
export function pathOfRequest(c: Context<Environment>, route: string): string {
  return pathAfter(API + route, new URL(c.req.url).pathname);
}

/** Writes down who did what. */
export function note(
  { state }: Service,
  caller: Caller,
  action: string,
  path: string,
  more: { source?: string; destination?: string } = {},
): void {
  state.history.push({
    id: state.number(),
    when: new Date(),
    action,
    path,
    source: more.source ?? null,
    destination: more.destination ?? null,
    userId: caller.user?.id ?? null,
    username: caller.user?.username ?? 'api key',
    failureType: 'none',
  });
}
