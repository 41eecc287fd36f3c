import { Uppy } from '@uppy/core';
import { smallFiles } from '../pages/watch.ts';

const uppy = new Uppy({ autoProceed: false });
let files = [];

// It does nothing but tell, as every uploader must.
uppy.addUploader((ids) => {
  uppy.emit('upload-start', uppy.getFilesByIds(ids));
  for (const id of ids) {
    const { size } = uppy.getFile(id);
    uppy.emit('upload-progress', uppy.getFile(id), { uploadStarted: Date.now(), bytesUploaded: size, bytesTotal: size });
    uppy.emit('upload-success', uppy.getFile(id), { status: 200, body: {} });
  }
  return Promise.resolve();
});

globalThis.queues = {
  make: (count) => {
    files = smallFiles(count, 1000).map((data) => ({ name: data.name, type: data.type, data }));
  },
  add: () => {
    const start = performance.now();
    uppy.addFiles(files);
    return Promise.resolve(performance.now() - start);
  },
  upload: async () => {
    let successes = 0;
    uppy.on('upload-success', () => successes++);
    const complete = new Promise((resolve) => uppy.on('complete', ({ successful }) => resolve(successful.length)));
    const start = performance.now();
    uppy.upload().catch(console.error);
    const completed = await complete;
    return { milliseconds: performance.now() - start, successes, completed };
  },
};
