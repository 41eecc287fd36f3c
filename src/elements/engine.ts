import type { Uploads } from '../uploads/queue.js';

let code: typeof import('../uploads/uploads.js') | undefined;
let loading: Promise<void> | undefined;

/** Loads the queue's code, which no page waits for: the drop area is there before it. Rejects where it cannot be had. */
export const loadQueue = (): Promise<void> =>
  (loading ??= import('../uploads/uploads.js').then(
    (loaded) => {
      code = loaded;
    },
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  ));

/** Makes a queue that starts by itself; before its code is there answers nothing, and calls `onReady` when it is. */
export function makeQueue(onReady: () => void): Uploads | undefined {
  if (!code) loadQueue().then(onReady, (error: unknown) => console.error('Ferrykit cannot load its queue:', error));
  return code?.createUploads({ autoProceed: true });
}
