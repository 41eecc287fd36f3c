import { after, describe } from 'node:test';
import { memory } from '../../src/adapters/memory.js';
import type { Backend, CallName } from '../../src/backend/backend.js';
import { BackendError } from '../../src/backend/errors.js';
import { backendSuite, type Make, type Subject } from '../contract/backend.suite.js';
import { deliveriesSuite } from '../contract/deliveries.suite.js';
import { itemsSuite } from '../contract/items.suite.js';
import { peopleSuite } from '../contract/people.suite.js';
import { benchOf } from '../contract/stage.js';
import { freshDisk, linked, startCatcher } from './linked.js';
import { relayed } from './relayed.js';

const catcher = await startCatcher();
after(() => catcher.close());

/** A backend that does what it is asked, and can be told to lose an answer. */
function losing(backend: Backend): Pick<Subject, 'backend' | 'loseAnswer'> {
  let lost: CallName | undefined;
  const calls = Object.entries(backend).map(([name, call]: [string, unknown]) => {
    if (typeof call !== 'function') return [name, call];
    return [
      name,
      async (...args: unknown[]) => {
        const answer = await (call as (...args: unknown[]) => Promise<unknown>)(...args);
        if (lost !== name) return answer;
        lost = undefined;
        throw new BackendError('offline', 'The answer was lost.');
      },
    ];
  });
  return {
    backend: Object.fromEntries(calls) as Backend,
    loseAnswer: (call) => {
      lost = call;
    },
  };
}

await backendSuite('memory with links', () => ({
  ...losing(linked(memory(), catcher)),
  other: linked(memory(), catcher),
  alone: true,
}));

/** Whom the mail server refuses, for now. */
const miss = (missed?: string): void => {
  catcher.behavior.refuse = (address) => (address === missed ? 451 : undefined);
};

/** What links add: that the rest stays as it is has been shown above. */
async function sendingSuite(name: string, make: Make): Promise<void> {
  const bench = await benchOf(make);
  describe(name, () => {
    itemsSuite(bench);
    peopleSuite(bench);
    deliveriesSuite(bench);
  });
}

await sendingSuite('disk with links', async () => {
  const { backend, remove } = await freshDisk();
  return { ...losing(linked(backend, catcher)), miss, cleanup: remove };
});

await sendingSuite('memory with links, through the relay', () => relayed(linked(memory(), catcher), { miss }));

await sendingSuite('disk with links, through the relay', async () => {
  const { backend, remove } = await freshDisk();
  return relayed(linked(backend, catcher), { miss, cleanup: remove });
});
