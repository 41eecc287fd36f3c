import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { manyLines, statusOf } from '../../src/relay/answers.js';
import { BackendError, ERROR_CODES } from '../../src/backend/errors.js';
import type { Line } from '../../src/relay/protocol.js';

const after = async (ms: number, n: number): Promise<Line> => {
  await setTimeout(ms);
  return { n, value: n };
};

describe('many lines', () => {
  it('come as they are done, with a sign of life while nothing is', async () => {
    const text = await manyLines([after(400, 1), after(0, 2)], 0.02).text();
    const lines = text.split('\n');
    assert.deepEqual(lines.filter(Boolean), ['{"n":2,"value":2}', '{"n":1,"value":1}']);
    assert.ok(lines.filter((line) => line === '').length > 2, JSON.stringify(text));
  });

  it('stop when nobody reads them any more', async () => {
    const body = manyLines([after(60, 1)], 0.01).body;
    const reader = body!.getReader();
    await reader.read();
    await reader.cancel();
    await setTimeout(100);
    assert.deepEqual(await reader.read(), { done: true, value: undefined });
  });
});

describe('a status', () => {
  it('makes whoever sent bytes try again exactly where that makes sense', () => {
    const again = ERROR_CODES.filter(
      (code) => [408, 429].includes(statusOf(new BackendError(code, ''))) || statusOf(new BackendError(code, '')) >= 500,
    );
    assert.deepEqual(again, ['offline', 'rate-limited', 'server']);
    assert.ok(ERROR_CODES.every((code) => statusOf(new BackendError(code, '')) >= 400));
  });
});
