import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { asking, opened, sendChunk, type Ask } from './asking.js';
import { startFilemail, type Filemail } from './filemail.js';

let service: Filemail;
let ask: Ask;

beforeEach(async () => {
  service = await startFilemail();
  ask = asking(service);
});

afterEach(() => service.close());

describe('when Filemail fails', () => {
  it('says so in the words of the API and of the file servers', async () => {
    service.knobs.next(/^api/, 'error');
    service.knobs.next(/^api/, 'rate-limited');
    const failed = await ask('GET', '/transfer/sent');
    assert.deepEqual([failed.status, failed.body['responsestatus'], failed.body['errorcode']], [500, 'ServiceInterruption', 1009]);
    const limited = await ask('GET', '/transfer/sent');
    assert.deepEqual([limited.status, limited.body['responsestatus'], limited.headers.get('retry-after')], [429, 'RateLimitExceeded', '1']);
    const transfer = await opened(ask);
    service.knobs.next(/^files/, 'rate-limited');
    assert.equal((await sendChunk(transfer, 'a', 'x')).status, 429);
  });

  it('has mailed a transfer whose answer was lost, and says that it is finished', async () => {
    const transfer = await opened(ask, { to: ['one@example.com'] });
    await sendChunk(transfer, 'a', 'x');
    const { transferid, transferkey } = transfer;
    service.knobs.next(/^api PUT \/transfer\/complete/, 'lost-answer');
    await assert.rejects(ask('PUT', '/transfer/complete', { transferid, transferkey }), TypeError);
    assert.equal(service.state.mails.length, 1);
    assert.equal((await ask('PUT', '/transfer/complete', { transferid, transferkey })).status, 409);
    assert.equal(service.state.mails.length, 1);
  });

  it('keeps no chunk whose request was cut', async () => {
    const transfer = await opened(ask);
    service.knobs.next(/^files/, 'cut');
    await assert.rejects(sendChunk(transfer, 'a', 'x'), TypeError);
    assert.equal(service.state.transfers.get(transfer.transferid)?.arriving.size, 0);
  });

  it('answers what is no answer at all, with nothing done', async () => {
    const page = (): Response => new Response('<html>Bad gateway</html>', { status: 502, headers: { 'content-type': 'text/html' } });
    service.knobs.instead(/^api POST \/transfer\/initialize$/, page);
    const headers = { 'x-api-key': 'any' };
    const init = { method: 'POST', headers, body: '{}' };
    assert.equal(await (await fetch(`${service.url}/transfer/initialize`, init)).text(), '<html>Bad gateway</html>');
    assert.equal(service.state.transfers.size, 0);
    assert.equal((await fetch(`${service.url}/transfer/initialize`, init)).status, 401);
  });

  it('lets pages read the API and the file servers apart', async () => {
    service.knobs.cors['files'] = false;
    const preflight = (url: string): Promise<Response> =>
      fetch(url, { method: 'OPTIONS', headers: { origin: 'http://page.test', 'access-control-request-method': 'POST' } });
    assert.equal((await preflight(`${service.filesUrl}/savefile.ashx`)).status, 403);
    const allowed = await preflight(`${service.url}/transfer/initialize`);
    assert.match(allowed.headers.get('access-control-allow-headers') ?? '', /x-api-version/);
  });
});
