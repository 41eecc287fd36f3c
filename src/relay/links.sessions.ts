import { createHash, randomUUID } from 'node:crypto';
import type { LinkGround } from './links.ground.js';
import { markOf } from './links.passwords.js';
import type { LinkRecord } from './links.records.js';

/** Milliseconds for which a visitor is known again: that long more downloads count as the same one. */
const LASTS = 86_400_000;

/** One visitor of one link, as a cookie says. */
export interface Session {
  link: string;
  /** Random; the record knows those whose download was counted. */
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Proof of the password that was given. */
  mark?: string;
}

const nameFor = (id: string): string => `ferry-link-${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;
const sealOf = ({ seals }: LinkGround): ReturnType<typeof seals.of<Session>> => seals.of<Session>('link session');

/** The visitor that a request comes from; nothing for a new one. */
export async function sessionOf(ground: LinkGround, request: Request, link: string): Promise<Session | undefined> {
  const name = nameFor(link);
  const pairs = (request.headers.get('cookie') ?? '').split(/; */).map((pair) => pair.split('='));
  const sealed = pairs.find(([key]) => key === name)?.[1];
  if (sealed === undefined) return undefined;
  const session = await sealOf(ground)
    .open(sealed)
    .catch(() => undefined);
  return session?.link === link && session.at > Date.now() - LASTS ? session : undefined;
}

export const newSession = (link: string): Session => ({ link, id: randomUUID(), at: Date.now() });

/** The header that makes a visitor known again. */
export async function cookieOf(ground: LinkGround, session: Session): Promise<string> {
  const { protocol, pathname } = ground.urlOf(session.link);
  const secure = protocol === 'https:' ? '; Secure' : '';
  return `${nameFor(session.link)}=${await sealOf(ground).seal(session)}; Path=${pathname}; Max-Age=${LASTS / 1000}; HttpOnly; SameSite=Lax${secure}`;
}

/** Whether a visitor may see what is behind the link. */
export const isUnlocked = ({ password }: LinkRecord, session: Session | undefined): boolean =>
  password === undefined || session?.mark === markOf(password);
