import assert from 'node:assert/strict';
import { test } from 'node:test';

test('the elements can be imported without a DOM', async () => {
  assert.equal(typeof document, 'undefined');
  const [{ FerryUpload }, { FerryProgress }, { FerryProvider }] = await Promise.all([
    import('../../src/elements/upload.js'),
    import('../../src/elements/progress.js'),
    import('../../src/elements/provider.js'),
  ]);
  assert.deepEqual(
    ['ferry-upload', 'ferry-progress', 'ferry-provider'].map((tag) => customElements.get(tag)),
    [FerryUpload, FerryProgress, FerryProvider],
  );
});
