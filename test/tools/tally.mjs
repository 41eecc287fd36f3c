import { inspect } from 'node:util';

/**
 * The line that closes every counted step, and that {@link readTally} finds again.
 * @param {number} passed
 * @param {number} failed
 */
export const tallyLine = (passed, failed) => `${passed} passed, ${failed} failed`;

/**
 * The counts that a step printed on its last line, if it did.
 * @param {string} output
 */
export const readTally = (output) => {
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(output.trimEnd().split('\n').at(-1) ?? '') ?? [];
  return passed === undefined ? undefined : { passed: Number(passed), failed: Number(failed) };
};

/**
 * A reporter for node:test that prints failures and the {@link tallyLine}. Suites are not counted; a skipped test counts as failed,
 * because nothing here is skipped.
 * @param {AsyncIterable<import('node:test/reporters').TestEvent>} events
 */
export default async function* tally(events) {
  let passed = 0;
  let failed = 0;
  /** @type {string[]} */
  const path = [];
  for await (const event of events) {
    if (event.type === 'test:start') {
      path.length = event.data.nesting;
      path.push(event.data.name);
    } else if (event.type === 'test:stderr' || event.type === 'test:stdout') {
      yield event.data.message;
    } else if (event.type === 'test:pass') {
      const { details, name, nesting, skip, todo, file } = event.data;
      // A file without any test is reported as a test that passed.
      if (details.type === 'suite' || (nesting === 0 && file !== undefined && name === file)) continue;
      if (skip === undefined && todo === undefined) passed += 1;
      else {
        failed += 1;
        yield `✖ skipped: ${[...path.slice(0, nesting), name].join(' › ')}\n`;
      }
    } else if (event.type === 'test:fail') {
      const { details, name, nesting, file, line } = event.data;
      const { error } = details;
      // A suite fails with its tests, which were counted; one that fails by itself (a hook, an exception) counts.
      if ('failureType' in error && error.failureType === 'subtestsFailed') continue;
      failed += 1;
      yield `\n✖ ${[...path.slice(0, nesting), name].join(' › ')}${file ? `\n  ${file}:${line ?? 1}` : ''}\n${inspect(error.cause ?? error, { depth: 6 })}\n`;
    }
  }
  yield `${tallyLine(passed, failed)}\n`;
}
