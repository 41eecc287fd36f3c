import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStorybook, readEntries, type Storybook } from './storybook.js';

let storybook: Storybook;
before(async () => {
  storybook = await openStorybook();
});
after(() => storybook.close());

test('there are stories', () => {
  assert.ok(readEntries().some(({ type }) => type === 'story'));
});

for (const entry of readEntries().filter(({ type }) => type === 'docs')) {
  test(`the docs of ${entry.id} render without an error`, { timeout: 60_000 }, async () => {
    const { errors } = await storybook.open(entry);
    assert.deepEqual(errors, []);
  });
}
