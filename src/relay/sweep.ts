import type { Backend } from '../backend/backend.js';
import { isBackendError } from '../backend/errors.js';
import type { Deed } from './outbox.js';
import type { Bearer } from './seal.js';
import { tellDone } from './telling.js';
import { arrive } from './visit-uploads.js';
import { visit, type Ground } from './visit.js';

const isGone = (error: unknown): boolean => isBackendError(error) && error.code === 'not-found';

/** Finds out how each deed ended that the host has not heard of, and tells it. What fails is reported, and waits for the next time. */
export async function sweep(ground: Ground, backendOf: (name: string, who: Bearer) => Promise<Backend>, age: number): Promise<void> {
  for await (const deed of ground.outbox.left(age)) {
    try {
      await settle(ground, deed, await backendOf(deed.told.backend, deed.told));
    } catch (error) {
      ground.report(error);
    }
  }
}

async function settle(ground: Ground, deed: Deed, to: Backend): Promise<void> {
  if (deed.kind === 'sent') await tellDone(ground, deed);
  else if (deed.kind === 'removed') {
    const ids = (await Promise.all(deed.told.ids.map(async (id) => ((await isThere(to, id)) ? [] : [id])))).flat();
    if (ids.length > 0) await tellDone(ground, { ...deed, told: { ...deed.told, ids } });
    else await ground.outbox.strike(deed);
  } else {
    const item = await to.parts(deed.ticket).then(
      (state) => state.item,
      (error: unknown) => {
        // Completed and deleted since, or never completed: either way there is no file to tell of.
        if (isGone(error)) return null;
        throw error;
      },
    );
    if (item) await arrive(visit(ground, deed.told.backend, to, deed.told), deed, item);
    else if (item === null) await ground.outbox.strike(deed);
  }
}

const isThere = (to: Backend, id: string): Promise<boolean> =>
  to.item({ id }).then(
    () => true,
    (error: unknown) => {
      if (isGone(error)) return false;
      throw error;
    },
  );
