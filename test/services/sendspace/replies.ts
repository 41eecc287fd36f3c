import { ERRORS } from './documentation.js';
import type { Account, Session } from './records.js';
import { Refusal } from './refusal.js';
import type { Service } from './service.js';
import { xml, type Element } from './xml.js';

/** Arguments of a call. */
export type Arguments = Readonly<Record<string, string>>;

/** What stands below `<result>`. */
export interface Reply {
  status: 'ok' | 'fail';
  children: readonly Element[];
}

/** A method that needs nobody to be signed in. */
export type OpenMethod = (service: Service, given: Arguments) => Reply | Promise<Reply>;

/** A method of somebody who is signed in. */
export type SessionMethod = (service: Service, given: Arguments, who: { account: Account; session: Session }) => Reply | Promise<Reply>;

/** Everything was done. */
export const ok = (...children: Element[]): Reply => ({ status: 'ok', children });

/** `<error>`, which is always the first child, and the id of the object where one is known. */
export function failed(refusal: Refusal, id: string | undefined = refusal.id): Reply {
  const children: Element[] = [{ name: 'error', attributes: { code: refusal.code, text: refusal.message, info: refusal.info } }];
  if (id !== undefined) children.push({ name: 'id', text: id });
  return { status: 'fail', children };
}

/**
 * A deed on each thing of a list. What succeeded is told as elements, below a list of their ids where the method has one; what did not as
 * errors with `id`s, one for each reason. Where nothing succeeded, all of it failed.
 */
export async function each(
  ids: readonly string[],
  how: { list?: string },
  deed: (id: string) => Element | undefined | Promise<Element | undefined>,
): Promise<Reply> {
  const done: string[] = [];
  const elements: Element[] = [];
  const reasons = new Map<string, { refusal: Refusal; ids: string[] }>();
  for (const id of ids) {
    try {
      const element = await deed(id);
      done.push(id);
      if (element) elements.push(element);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const key = `${String(error.code)} ${error.message}`;
      const reason = reasons.get(key) ?? { refusal: error, ids: [] };
      reasons.set(key, reason);
      reason.ids.push(id);
    }
  }
  const refused = [...reasons.values()];
  const [only] = refused;
  if (done.length === 0 && refused.length === 1 && only) return failed(only.refusal, only.ids.join(','));
  const errors = refused.map(({ refusal, ids: about }): Element => ({
    name: 'error',
    attributes: { code: refusal.code, text: refusal.message, id: about.join(',') },
  }));
  if (done.length === 0) return { status: 'fail', children: errors };
  const list: Element[] = how.list === undefined ? [] : [{ name: how.list, text: done.join(',') }];
  return ok(...list, ...elements, ...errors);
}

/** The answer to a call: always HTTP 200, with the method's name as it was sent. */
export function result(method: string, { status, children }: Reply): Response {
  const body = xml({ name: 'result', attributes: { method, status }, children });
  return new Response(body, { headers: { 'content-type': 'text/xml; charset=UTF-8' } });
}

/** A call that failed in a way that only the simulation can: tests see what it is. */
export const broken = (error: unknown): Response =>
  new Response(`The simulation failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, { status: 500 });

/** The text of a code, for answers that have no code. */
export const textOf = (code: keyof typeof ERRORS): string => ERRORS[code][1];
