import { FilesList } from '@uppy/components';
import Uppy from '@uppy/core';
import GoldenRetriever from '@uppy/golden-retriever';
import ThumbnailGenerator from '@uppy/thumbnail-generator';
import { assert, waitUntil } from '@open-wc/testing';
import { h, render, type ComponentType } from 'preact';
import { memory } from '../../src/adapters/memory.js';
import { ROOT } from '../../src/backend/item.js';
import { FastUppy } from '../../src/uploads/fast-uppy.js';
import { createUploads } from '../../src/uploads/uploads.js';

type Meta = Record<string, unknown>;
type Body = Record<string, never>;

const quiet = { debug: () => undefined, warn: () => undefined, error: () => undefined };
const file = (name: string, bytes: BlobPart = name, type = 'text/plain') => ({
  name,
  type,
  data: new File([bytes], name, { type, lastModified: 1 }),
  meta: {},
});

/** An uploader whose uploads succeed one after the other when `step` is called. */
function byHand(uppy: Uppy<Meta, Body>): { step: () => void } {
  const waiting: (() => void)[] = [];
  uppy.addUploader(async (ids) => {
    uppy.emit('upload-start', uppy.getFilesByIds(ids));
    for (const id of ids) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      uppy.emit('upload-success', uppy.getFile(id), { status: 200, body: {} });
    }
  });
  return { step: () => waiting.shift()?.() };
}

async function picture(): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 40;
  canvas.getContext('2d')?.fillRect(5, 5, 20, 20);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error('no picture'));
    }, 'image/png');
  });
}

const answered = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('no answer'));
    };
  });

/** Whether this engine lets IndexedDB keep files: WebKitGTK does not. */
async function keepsFiles(): Promise<boolean> {
  const opening = indexedDB.open('keeps-files');
  opening.onupgradeneeded = () => opening.result.createObjectStore('files');
  const db = await answered(opening);
  try {
    await answered(db.transaction('files', 'readwrite').objectStore('files').put(file('a.txt').data, 1));
    return true;
  } catch {
    return false;
  } finally {
    db.close();
  }
}

/** Waits until Golden Retriever has written so many files, and a note that says that so many are complete. */
async function written(id: string, files: number, complete: number): Promise<void> {
  const blobs = (await keepsFiles()) ? files : 0;
  const db = await answered(indexedDB.open('uppy-blobs'));
  for (const start = performance.now(); performance.now() - start < 8000;) {
    const stores = db.transaction(['files', 'metadata']);
    const kept = await answered(stores.objectStore('files').index('store').count(id));
    const note = (await answered(stores.objectStore('metadata').get(id))) as { metadata: string } | undefined;
    const known = JSON.parse(note?.metadata ?? '{}') as { files?: Record<string, { progress: { uploadComplete?: boolean } }> };
    const done = Object.values(known.files ?? {}).filter(({ progress }) => progress.uploadComplete);
    if (kept === blobs && known.files && done.length === complete) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  db.close();
}

/** What Golden Retriever gives back of three files, the first of them uploaded, after the page was closed and opened again. */
async function restoredFrom(Class: typeof Uppy): Promise<{ name: string; complete: boolean | undefined; text: string | undefined }[]> {
  const id = `restore-${Class.name}-${String(Date.now())}`;
  const first = new Class<Meta, Body>({ id, logger: quiet }).use(GoldenRetriever);
  const { step } = byHand(first);
  first.addFiles([file('a.txt'), file('b.txt'), file('c.txt')]);
  await written(first.getID(), 3, 0);
  const all = first.upload();
  step();
  await waitUntil(() => first.getFiles()[0]?.progress.uploadComplete);
  await written(first.getID(), 2, 1);
  // Then the page "closes": the plugin is taken off before anything is cleaned up.
  const plugin = first.getPlugin('GoldenRetriever');
  if (plugin) first.removePlugin(plugin);

  const second = new Class<Meta, Body>({ id, logger: quiet });
  const restored = new Promise((resolve) => {
    second.on('restored', resolve);
  });
  second.use(GoldenRetriever);
  await restored;
  const found = second
    .getFiles()
    .map(async ({ name, progress, data }) => ({ name, complete: progress.uploadComplete, text: await (data as Blob | undefined)?.text() }));
  for (let i = 0; i < 2; i++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    step();
  }
  await all;
  const answer = await Promise.all(found);
  second.cancelAll();
  return answer;
}

describe("Uppy's own plugins on the fast queue", () => {
  it('Golden Retriever restores three files, as it does on a plain Uppy', async () => {
    const restored = await restoredFrom(FastUppy as unknown as typeof Uppy);
    assert.deepEqual(
      restored.map(({ name, complete }) => `${name} ${String(complete)}`),
      ['a.txt true', 'b.txt false', 'c.txt false'],
    );
    // Where the browser lets IndexedDB keep files (WebKitGTK does not), their bytes are back too.
    assert.deepEqual(restored, await restoredFrom(Uppy));
  });

  it('Golden Retriever clears its memory once every file is done', async () => {
    const id = `done-${String(Date.now())}`;
    const first = new FastUppy({ id, logger: quiet }).use(GoldenRetriever);
    const { step } = byHand(first);
    const cleared: unknown[] = [];
    first.on('state-update', (_before, _after, patch) => {
      if (patch && 'recoveredState' in patch) cleared.push(patch.recoveredState);
    });
    first.addFiles([file('a.txt')]);
    const all = first.upload();
    step();
    await all;
    assert.deepEqual(cleared, [null]);
    first.cancelAll();
  });

  it('Thumbnail Generator makes a preview of a picture', async () => {
    const uppy = new FastUppy({ logger: quiet }).use(ThumbnailGenerator, { thumbnailWidth: 20 });
    const made = new Promise<string>((resolve) => {
      (uppy as unknown as { on(event: string, listener: (file: unknown, preview: string) => void): void }).on(
        'thumbnail:generated',
        (_, preview) => {
          resolve(preview);
        },
      );
    });
    uppy.addFiles([{ name: 'p.png', type: 'image/png', data: new File([await picture()], 'p.png', { type: 'image/png' }), meta: {} }]);
    assert.match(await made, /^blob:/);
    assert.match(uppy.getFiles()[0]?.preview ?? '', /^blob:/);
  });

  it("the file list of Uppy's components shows every change", async () => {
    const uploads = createUploads();
    uploads.target = { backend: memory(), folder: ROOT, conflict: 'ask' };
    const uppy = uploads as unknown as FastUppy;
    const root = document.body.appendChild(document.createElement('div'));
    const ctx = { uppy: uppy as unknown as Uppy<Meta, Body>, status: 'init', progress: 0 };
    render(h(FilesList as unknown as ComponentType<{ ctx: object }>, { ctx }), root);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { added } = await uploads.add([file('one.txt'), file('two.txt'), file('three.txt')].map(({ data }) => ({ file: data })));
    await waitUntil(() => root.querySelectorAll('li').length === 3);
    uploads.removeFiles([added[2] ?? '']);
    await waitUntil(() => root.querySelectorAll('li').length === 2);
    await uploads.upload();
    await waitUntil(() => [...root.querySelectorAll('progress')].every(({ value }) => value === 100));
    render(null, root);
    root.remove();
    uploads.destroy();
  });
});
