import type { CallOptions } from '../backend/backend.js';
import type { Recipient, RecipientState } from '../backend/delivery.js';
import { type BackendError, toBackendError } from '../backend/errors.js';
import { hasCode } from './files-com.errors.js';
import type { Addressee } from './files-com.people.js';
import { present } from './files-com.reading.js';

/** How somebody is invited: all of a list at once. */
export type Invite = (people: Addressee[], options?: CallOptions) => Promise<void>;

/** Whom one recipient stands for, or why for nobody. */
export type Resolve = (recipient: Recipient, options?: CallOptions) => Promise<Addressee[]>;

/** What became of one address. */
type Fate = 'sent' | 'again' | BackendError;

const unsure = (error: BackendError): boolean => hasCode(error, 'offline', 'server', 'aborted', 'unknown-outcome');
const keyOf = ({ recipient }: Addressee): string => recipient.toLowerCase();

const stateOf = (recipient: Recipient, fates: Fate[]): RecipientState => {
  const failed = fates.find((fate) => typeof fate === 'object');
  const state = failed
    ? unsure(failed)
      ? 'unknown'
      : 'dropped'
    : fates.length > 0 && fates.every((fate) => fate === 'again')
      ? 'dropped'
      : 'sent';
  const reason = failed?.message ?? (state === 'dropped' ? 'Was invited before.' : undefined);
  return present<RecipientState>({ recipient, state, reason });
};

/**
 * Invites people and tells of each what the service confirmed. All go in one request; where that is refused, each is asked for alone,
 * so that one bad address keeps nobody else out. `before`: addresses that were invited, who are not written to again.
 */
export async function share(
  recipients: Recipient[],
  { resolve, invite, before }: { resolve: Resolve; invite: Invite; before: readonly string[] },
  options?: CallOptions,
): Promise<RecipientState[]> {
  const fates = new Map<string, Fate>(before.map((address) => [address.toLowerCase(), 'again']));
  const meant = await Promise.all(
    recipients.map((recipient) => resolve(recipient, options).catch((error: unknown) => toBackendError(error))),
  );
  const fresh = new Map<string, Addressee>();
  for (const people of meant) if (Array.isArray(people)) for (const one of people) if (!fates.has(keyOf(one))) fresh.set(keyOf(one), one);
  const people = [...fresh.values()];
  const attempt = async (some: Addressee[]): Promise<Fate> =>
    invite(some, options).then(
      (): Fate => 'sent',
      (error: unknown) => toBackendError(error),
    );
  const together = people.length > 0 ? await attempt(people) : 'sent';
  for (const one of people) {
    const alone = typeof together === 'object' && people.length > 1 && !unsure(together) ? await attempt([one]) : together;
    // Refused together, and yet invited: the first request did it.
    fates.set(keyOf(one), alone !== together && hasCode(alone, 'exists') ? 'sent' : alone);
  }
  return recipients.map((recipient, index) => {
    const of = meant[index] ?? [];
    return stateOf(recipient, Array.isArray(of) ? of.map((one) => fates.get(keyOf(one)) ?? 'sent') : [of]);
  });
}
