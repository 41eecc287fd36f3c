import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import Uppy from '@uppy/core';
import type { FerryUpload } from '../../src/elements/upload.js';
import { button, drop, file, hear, names, press, rows, text } from './acting.js';

/** A plain Uppy whose uploader sends nothing: it tells Uppy that all is well, but for names with "bad" in them. */
const plain = (): Uppy => {
  const uppy = new Uppy({ restrictions: { maxNumberOfFiles: 3 } });
  uppy.addUploader(async (ids) => {
    const files = uppy.getFilesByIds(ids);
    uppy.emit('upload-start', files);
    for (const one of files) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (one.name.includes('bad')) uppy.emit('upload-error', one, new Error('The other server is down.'));
      else uppy.emit('upload-success', one, { status: 200 });
    }
  });
  return uppy;
};

const stage = async (uppy: Uppy): Promise<FerryUpload> => fixture<FerryUpload>(html`<ferry-upload multiple .uppy=${uppy}></ferry-upload>`);

describe('<ferry-upload> as the face of a plain Uppy', () => {
  it('adds, draws and tells, and shows the words of the other uploader', async () => {
    const uppy = plain();
    const element = await stage(uppy);
    const completed = hear(element, 'ferry-completed');
    drop(element, [file('good.txt'), file('bad.txt')]);
    const { uploaded, failed } = await completed;
    expect([uploaded.length, failed.length]).to.deep.equal([1, 1]);
    await waitUntil(() => rows(element)[1]?.includes('The other server is down.'));
    expect(button(element, 'Pause: good.txt')).to.equal(undefined);
    await expect(element).to.be.accessible();
    await press(element, 'Remove: bad.txt');
    await waitUntil(() => uppy.getFiles().length === 1);
  });

  it('tells what the restrictions of that Uppy refuse', async () => {
    const element = await stage(plain());
    const rejected = hear(element, 'ferry-rejected');
    drop(
      element,
      ['a', 'b', 'c', 'd'].map((name) => file(name)),
    );
    expect((await rejected).rejected.length).to.be.at.least(1);
    await waitUntil(() => text(element, 'rejected').includes('not taken'));
  });

  it('shows what the page adds to that Uppy itself', async () => {
    const uppy = plain();
    const element = await stage(uppy);
    uppy.addFile({ name: 'own.txt', data: file('own.txt') });
    await waitUntil(() => names(element).join() === 'own.txt');
  });
});
