import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BackendError } from '../../src/backend/errors.js';
import { ROOT } from '../../src/backend/item.js';
import { relayBackend } from '../../src/relay/client.js';
import { engines } from '../tools/engines.js';
import { openSite, type Site } from './site.js';
import { openWindow, type Window } from './window.js';

/** Adds files to the element, and waits until everything has ended. */
const UPLOAD = `
  await customElements.whenDefined('ferry-upload');
  const upload = document.querySelector('ferry-upload');
  const told = { uploaded: [], failed: [] };
  upload.addEventListener('ferry-uploaded', ({ detail }) => told.uploaded.push(detail.item.name));
  upload.addEventListener('ferry-failed', ({ detail }) => told.failed.push(detail.code));
  const completed = new Promise((resolve) => upload.addEventListener('ferry-completed', resolve, { once: true }));
  await upload.add(arguments[0].map((name) => new File([name], name)));
  await completed;
  return told;
`;

for (const engine of engines) {
  describe(`uploading with the token of a request, in ${engine}`, { concurrency: false }, () => {
    let site: Site;
    let window: Window;
    before(async () => {
      site = await openSite({
        authorize: (request) => {
          if (request.headers.get('authorization') !== 'Bearer owner') throw new BackendError('unauthorized', 'Sign in first.');
          return { user: 'owner' };
        },
      });
      await writeFile(join(site.root, 'taken.txt'), 'mine');
      window = await openWindow(engine);
    });
    after(async () => {
      await window.close();
      await site.remove();
    });
    const tokenOf = async (title: string): Promise<string> => {
      const owner = relayBackend({ url: `${site.url}/relay`, backend: 'disk', headers: { authorization: 'Bearer owner' } });
      const { link = '' } = await owner.request({ folder: ROOT, title, recipients: [], operation: `asking for ${title}` });
      return link.slice(-22);
    };

    test('needs no account, and takes a free name where one is taken', async () => {
      await window.goto(`${site.url}/request/${await tokenOf('photos')}`);
      const told = (await window.evaluate(UPLOAD, ['new.txt', 'taken.txt'])) as { uploaded: string[]; failed: string[] };
      assert.deepEqual([told.uploaded.sort(), told.failed], [['new.txt', 'taken (1).txt'], []]);
      assert.deepEqual(Object.keys(await site.stored()).sort(), ['new.txt', 'taken (1).txt', 'taken.txt']);
      assert.deepEqual(window.complaints, []);
    });

    test('fails in words with a token that is none', async () => {
      const token = await tokenOf('more photos');
      const wrong = (token.startsWith('A') ? 'B' : 'A') + token.slice(1);
      const before = await site.stored();
      await window.goto(`${site.url}/request/${wrong}`);
      const told = (await window.evaluate(UPLOAD, ['stranger.txt'])) as { uploaded: string[]; failed: string[] };
      assert.deepEqual(told, { uploaded: [], failed: ['forbidden'] });
      assert.deepEqual(await site.stored(), before);
    });
  });
}
