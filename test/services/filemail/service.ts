import type { Hono } from 'hono';
import type { User } from './records.js';
import type { State } from './state.js';
import type { FilemailKnobbed } from './turns.js';

/** What each resource works with. */
export interface Service {
  state: State;
  knobs: FilemailKnobbed;
  /** Where both APIs and the pages of recipients are. */
  url: string;
  /** The file servers: the one that transfers are sent to, and the other one. */
  filesUrl: string;
  alternateUrl: string;
}

/** Who asks. */
export interface Caller {
  user: User;
  /** The login token that came along, where one did. */
  token: string | undefined;
}

/** What a route of version 2 knows of its request. */
export interface Environment {
  Variables: { caller: Caller };
}

/** The routes of one resource. */
export type Routes = Hono<Environment>;

/** A time in the unit that the knobs say. */
export const writeTime = ({ knobs }: Service, time: number): number => (knobs.timeUnit === 's' ? Math.floor(time / 1000) : time);

/** The answer to what was granted. */
export function granted({ knobs }: Service, data: unknown): Response {
  return Response.json({ responsestatus: knobs.ok, errorid: null, errormessage: null, data, errorcode: null });
}

/** The same for a transfer, which one sample has elsewhere. */
export function grantedTransfer(service: Service, transfer: unknown): Response {
  const { transferIn, ok } = service.knobs;
  if (transferIn === 'root') return Response.json({ responsestatus: ok, errorid: null, errormessage: null, transfer, errorcode: null });
  return granted(service, transferIn === 'data' ? transfer : { transfer });
}
