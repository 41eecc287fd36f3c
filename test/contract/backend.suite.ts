import { describe } from 'node:test';
import { callsSuite } from './calls.suite.js';
import { conflictsSuite } from './conflicts.suite.js';
import { deliveriesSuite } from './deliveries.suite.js';
import { itemsSuite } from './items.suite.js';
import { listingSuite } from './listing.suite.js';
import { namesSuite } from './names.suite.js';
import { openedSuite } from './opened.suite.js';
import { partsSuite } from './parts.suite.js';
import { peopleSuite } from './people.suite.js';
import { benchOf } from './stage.js';
import type { Make } from './subject.js';
import { ticketsSuite } from './tickets.suite.js';
import { transfersSuite } from './transfers.suite.js';
import { uploadsSuite } from './uploads.suite.js';

export type { Make, Subject } from './subject.js';

/**
 * The contract, as tests: every backend passes them, by itself and through the relay. What a backend says it can do is tried,
 * and what it says it cannot do must be refused as `unsupported`. To be awaited, because the capabilities decide which tests there are.
 */
export async function backendSuite(name: string, make: Make): Promise<void> {
  const bench = await benchOf(make);
  describe(name, () => {
    callsSuite(bench);
    uploadsSuite(bench);
    partsSuite(bench);
    ticketsSuite(bench);
    conflictsSuite(bench);
    namesSuite(bench);
    listingSuite(bench);
    itemsSuite(bench);
    transfersSuite(bench);
    peopleSuite(bench);
    deliveriesSuite(bench);
    openedSuite(bench);
  });
}
