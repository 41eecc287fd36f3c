import { spawnSync } from 'node:child_process';
import assert from 'node:assert/strict';

/** How large a page may be is the size gate's to say. */
const ADVICE = /\(!\) Some chunks are larger[^]*?chunkSizeWarningLimit\.\n/;

/** Builds an app with its own Vite; fails with what Vite said, warnings too. */
export const viteBuild = (folder: string): void => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build'], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
  assert.doesNotMatch((stdout + stderr).replace(ADVICE, ''), /warn/i);
};
