import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { filesCom } from '../../src/adapters/files-com.js';
import { ROOT } from '../../src/backend/item.js';
import { ROOT as CHECKOUT } from '../tools/checkout.mjs';
import { CREDENTIALS } from './files-com/seed.js';

/** Runs `npm run simulate` without npm; answers it with all that it has said up to a pattern, or until it ended. */
async function simulate(t: TestContext, args: string[], until: RegExp): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/services/simulate.ts', ...args], { cwd: CHECKOUT });
  t.after(() => child.kill());
  const closed = once(child, 'close');
  let said = '';
  const hear = (text: string): void => void (said += text);
  child.stderr.setEncoding('utf8').on('data', hear);
  for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
    hear(text);
    if (until.test(said)) return { child, said };
  }
  await closed;
  return { child, said };
}

/** A port that nobody listens at. */
async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a simulated service by itself', () => {
  it('answers at the port that it was given, says what there is to know, and ends when it is told to', async (t) => {
    const port = await freePort();
    const { child, said } = await simulate(t, ['files-com', '--port', String(port)], /password/);
    const url = `http://127.0.0.1:${String(port)}`;
    assert.ok(said.includes(`files-com answers at ${url}\n`), said);
    assert.ok(said.includes(CREDENTIALS.siteKey), said);
    const { items } = await filesCom({ url, apiKey: CREDENTIALS.siteKey }).list(ROOT, {});
    assert.ok(items.some(({ name }) => name === 'docs'));
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
  });

  it('fails as often as it is told to', async (t) => {
    const { said } = await simulate(t, ['files-com', '--error-rate', '1'], /password/);
    const [, url = ''] = /answers at (\S+)/.exec(said) ?? [];
    await assert.rejects(filesCom({ url, apiKey: CREDENTIALS.siteKey }).list(ROOT, {}));
  });

  it('names all that there are, where one is asked for that is none', async (t) => {
    const { said } = await simulate(t, ['dropbox'], /$never/);
    assert.match(said, /"dropbox" is no simulated service; there are: files-com, /);
  });
});
