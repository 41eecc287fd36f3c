import { spawnSync } from 'node:child_process';
import assert from 'node:assert/strict';

/** Builds an app with its own Vite; fails with what Vite said, warnings too. */
export const viteBuild = (folder: string): void => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build'], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
  assert.doesNotMatch(stdout + stderr, /warn/i);
};
