import { createHash } from 'node:crypto';
import type { RecipientState } from '../backend/delivery.js';
import type { LinkGround } from './links.ground.js';
import type { Addressee, LinkRecord } from './links.records.js';
import { failureOf, type MailFailure, type MailMessage } from './mail.js';

/** What stands in a mail, whoever gets it. */
export type Letter = Pick<MailMessage, 'subject' | 'text' | 'html' | 'replyTo' | 'headers'>;

/** How many are written to at once: after a crash it is of these that nobody knows whether they were. A few first, as nobody may be reached. */
const FIRST = 4;
const TURN = 20;

type Result = Pick<Addressee, 'progress' | 'reason'> & { everywhere?: boolean };

/** The id of a mail: the same one where it is tried again, so that mail programs show it once. */
const messageIdOf = (parts: string[], domain: string): string =>
  `<${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}@${domain}>`;

/** Writes to one person; answers what became of it. */
export async function writeOne(
  ground: LinkGround,
  id: string,
  operation: string,
  { name = '', email = '' }: Addressee['recipient'],
  letter: Letter,
): Promise<Result> {
  if (!ground.mail) return { progress: 'refused', reason: 'No mail server is known here.' };
  const { transport, from } = ground.mail;
  const messageId = messageIdOf([id, operation, email], from.address.slice(from.address.lastIndexOf('@') + 1));
  try {
    await transport.sendMail({ from, to: { name, address: email }, messageId, ...letter });
    return { progress: 'accepted' };
  } catch (error) {
    const failure: MailFailure = failureOf(error);
    if (failure.progress !== 'refused') ground.report(error);
    return failure;
  }
}

/**
 * Writes to everybody whom an operation wants written to and who was not yet, each once, whichever relay does it and however often it is asked
 * for; those whom the mail server could not take before are tried again. Answers the link as it is then.
 */
export async function writeAll(
  ground: LinkGround,
  id: string,
  operation: string,
  letterFor: (record: LinkRecord) => Letter | Promise<Letter>,
): Promise<LinkRecord> {
  const { records } = ground;
  const isWanted = (one: Addressee, progress: Addressee['progress']): boolean => one.operation === operation && one.progress === progress;
  const changed = (change: (one: Addressee, index: number) => Addressee): Promise<LinkRecord> =>
    records.update(id, (record) => {
      const people = record.people.map(change);
      return people.every((one, index) => one === record.people[index]) ? record : { ...record, people };
    });

  const begun = await changed((one) => (isWanted(one, 'failed') ? { recipient: one.recipient, operation, progress: 'waiting' } : one));
  if (!begun.people.some((one) => isWanted(one, 'waiting'))) return begun;
  const letter = await letterFor(begun);
  let turn = FIRST;
  for (;;) {
    // Set anew by each try to write it down: what the last one chose is this turn's own.
    let mine: [index: number, one: Addressee][] = [];
    const record = await records.update(id, (before) => {
      mine = [...before.people.entries()].filter(([, one]) => isWanted(one, 'waiting')).slice(0, before.revoked ? 0 : turn);
      if (mine.length === 0) return before;
      const chosen = new Set(mine.map(([index]) => index));
      return { ...before, people: before.people.map((one, index) => (chosen.has(index) ? { ...one, progress: 'writing' } : one)) };
    });
    if (mine.length === 0) return record;
    const results = await Promise.all(
      mine.map(async ([index, { recipient }]): Promise<[number, Result]> => [
        index,
        await writeOne(ground, id, operation, recipient, letter),
      ]),
    );
    turn = TURN;
    const known = new Map(results);
    const down = results.every(([, { everywhere }]) => everywhere) ? results[0]?.[1] : undefined;
    const settled = ({ recipient }: Addressee, { progress, reason }: Result): Addressee => ({
      recipient,
      operation,
      progress,
      ...(reason !== undefined && { reason }),
    });
    // Nobody else is tried where nobody can be reached.
    await changed((one, index) => {
      const result = known.get(index) ?? (isWanted(one, 'waiting') ? down : undefined);
      return result ? settled(one, result) : one;
    });
  }
}

/** Whether somebody could not be written to, and may be tried again. */
export const isMissed = ({ progress }: Addressee): boolean => progress === 'failed';

const SAID: Record<Addressee['progress'], RecipientState['state']> = {
  accepted: 'accepted',
  refused: 'dropped',
  failed: 'dropped',
  unknown: 'unknown',
  waiting: 'unknown',
  writing: 'unknown',
};

const UNDER_WAY = 'Being written to; or that was begun, and nobody knows how it ended.';

/** What is told of somebody who was to be written to. */
export function stateOf(one: Addressee): RecipientState {
  const { recipient, progress, reason = progress === 'waiting' || progress === 'writing' ? UNDER_WAY : undefined } = one;
  return {
    recipient,
    state: SAID[progress],
    ...(reason !== undefined && { reason }),
    ...(isMissed(one) && { retryable: true }),
  };
}
