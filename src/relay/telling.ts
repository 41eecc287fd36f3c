import { isRefusal, tell, type Deed } from './outbox.js';
import type { Ground } from './visit.js';

/** Tells the hook of a deed that cannot be undone. */
const tellOf = ({ hooks }: Ground['outbox'], deed: Exclude<Deed, { kind: 'completed' }>): Promise<void> =>
  deed.kind === 'sent' ? tell(hooks.sent, deed.told, 'Sending') : tell(hooks.removed, deed.told, 'Removing');

/** Tells the host of a deed that is done; passes on its refusal. Where the host could not take the message, `sweep` tells it again. */
export async function tellDone(
  { outbox, report }: Pick<Ground, 'outbox' | 'report'>,
  deed: Exclude<Deed, { kind: 'completed' }>,
): Promise<void> {
  try {
    await tellOf(outbox, deed);
  } catch (error) {
    if (!isRefusal(error)) {
      report(error);
      return;
    }
    await outbox.strike(deed);
    throw error;
  }
  await outbox.strike(deed);
}
