import { BackendError, type Backend, type BrowserAction, type FerryUpload, type Item, memory, relayBackend, ROOT } from 'ferrykit';
import { memory as sameMemory } from 'ferrykit/adapters/memory';
import { FerryBrowser } from 'ferrykit/elements/browser';
import { FerryProgress } from 'ferrykit/elements/progress';
import 'ferrykit/elements/provider';
import { FerrySend } from 'ferrykit/elements/send';
import 'ferrykit/elements/upload';
import { createUploads } from 'ferrykit/uploads';

const upload: FerryUpload = document.createElement('ferry-upload');
const backend: Backend = relayBackend({ url: '/ferry', backend: 'files' });
upload.backend = Math.random() > 0.5 ? backend : memory();
upload.uploads = createUploads();
upload.addEventListener('ferry-uploaded', ({ detail }) => {
  const item: Item | undefined = detail.item;
  console.log(item?.name, detail.file.name);
});
upload.addEventListener('ferry-before-add', (event) => {
  if (event.detail.files.length > 10) event.preventDefault();
});

const browser = new FerryBrowser();
const sign: BrowserAction = { id: 'sign', label: 'Sign', when: ({ items }) => items.length === 1, run: ({ items }) => console.log(items) };
browser.actions = [sign];
browser.columns = ['size', { id: 'path', label: 'Path', text: ({ name }) => name }];
browser.addEventListener('ferry-opened', ({ detail }) => {
  upload.folder = detail.folder;
});
const send = new FerrySend();
send.addEventListener('ferry-sent', ({ detail }) => console.log(detail.delivery.link));
document.body.append(upload, new FerryProgress(), browser, send);

backend.list(ROOT, {}).then(
  ({ items }) => items.map(({ name }) => name),
  (error: unknown) => error instanceof BackendError && error.code === 'forbidden',
);
console.log(sameMemory === memory);
