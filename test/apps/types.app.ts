import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, test } from 'node:test';
import { installApp } from './installed.js';

let folder: string;
before(async () => {
  folder = await installApp('types');
});

for (const compiler of ['typescript-5', 'typescript-6']) {
  for (const resolution of ['bundler', 'nodenext']) {
    for (const project of ['page', 'server']) {
      test(`a ${project} compiles with ${compiler}, ${resolution} and every declaration checked`, () => {
        const module = resolution === 'bundler' ? 'esnext' : resolution;
        const options = ['-p', `tsconfig.${project}.json`, '--moduleResolution', resolution, '--module', module];
        const { status, stdout } = spawnSync(process.execPath, [`node_modules/${compiler}/bin/tsc`, ...options], {
          cwd: folder,
          encoding: 'utf8',
        });
        assert.equal(stdout, '');
        assert.equal(status, 0);
      });
    }
  }
}

test('a wrong property is an error', () => {
  const { status, stdout } = spawnSync(process.execPath, ['node_modules/typescript-6/bin/tsc', '-p', 'tsconfig.wrong.json'], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.notEqual(status, 0);
  assert.match(stdout, /wrong\.ts\(4,\d+\): error TS/);
  assert.match(stdout, /wrong\.ts\(5,\d+\): error TS/);
});
