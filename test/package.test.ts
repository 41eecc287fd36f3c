import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from './tools/checkout.mjs';

const { bin, exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  bin: { ferrykit: string };
  exports: Record<string, string | { default: string }>;
};
const modules = Object.entries(exports).flatMap(([name, target]) =>
  typeof target === 'object' ? [name.replace(/^\./, 'ferrykit').replace('*', 'de')] : [],
);

const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });

for (const name of modules) {
  test(`${name} can be imported where there is no DOM`, () => {
    const { status, stdout, stderr } = node('--input-type=module', '-e', `console.log(Object.keys(await import('${name}')).length)`);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    if (!name.includes('/words/')) assert.ok(Number(stdout) > 0, 'it exports something');
  });
}

test('the command says how it is used', () => {
  const { status, stdout, stderr } = node(bin.ferrykit, '--help');
  assert.equal(stderr, '');
  assert.equal(status, 0);
  assert.match(stdout, /ferrykit serve --root/);
});
