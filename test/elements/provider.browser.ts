import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { memory } from '../../src/adapters/memory.js';
import { ROOT, type Rules } from '../../src/backend/item.js';
import type { FerryProgress } from '../../src/elements/progress.js';
import type { FerryProvider } from '../../src/elements/provider.js';
import type { FerryUpload } from '../../src/elements/upload.js';
import { createUploads } from '../../src/uploads/uploads.js';
import { button, file, hear, names, stored, text, warnings } from './acting.js';

describe('<ferry-provider>', () => {
  it('gives backend, queue and folder to what is inside', async () => {
    const backend = memory({ seed: { inbox: {} } });
    const [inbox] = (await backend.list(ROOT, {})).items;
    const provider = await fixture<FerryProvider>(html`
      <ferry-provider .backend=${backend} folder=${inbox!.id}>
        <div><ferry-upload multiple></ferry-upload></div>
        <ferry-progress></ferry-progress>
      </ferry-provider>
    `);
    const upload = provider.querySelector('ferry-upload')!;
    const completed = hear(upload, 'ferry-completed');
    await upload.add([file('a.txt'), file('b.txt')]);
    await completed;
    expect(await stored(backend)).to.deep.equal(['inbox/a.txt', 'inbox/b.txt']);
    const bar = provider.querySelector<FerryProgress>('ferry-progress')!.shadowRoot!.querySelector<HTMLElement>('[part=bar]')!;
    await waitUntil(() => bar.style.inlineSize === '100%');
  });

  it('backend="memory" needs nothing else', async () => {
    const provider = await fixture<FerryProvider>(html`<ferry-provider backend="memory"><ferry-upload></ferry-upload></ferry-provider>`);
    const upload = provider.querySelector('ferry-upload')!;
    const completed = hear(upload, 'ferry-completed');
    await upload.add([file('a.txt')]);
    expect((await completed).uploaded.length).to.equal(1);
  });

  it('gives way to what is set on an element itself', async () => {
    const near = memory();
    const far = memory();
    const uploads = createUploads();
    const provider = await fixture<FerryProvider>(
      html`<ferry-provider .backend=${far}><ferry-upload .backend=${near} .uploads=${uploads}></ferry-upload></ferry-provider>`,
    );
    const upload = provider.querySelector('ferry-upload')!;
    const completed = hear(upload, 'ferry-completed');
    await upload.add([file('a.txt')]);
    await completed;
    expect(await stored(near)).to.deep.equal(['a.txt']);
    expect(await stored(far)).to.deep.equal([]);
    expect(Object.keys(uploads.getState().files).length).to.equal(1);
  });

  it('takes what it does not set from the provider around it', async () => {
    const backend = memory({ seed: { inbox: {} } });
    const [inbox] = (await backend.list(ROOT, {})).items;
    const outer = await fixture<FerryProvider>(html`
      <ferry-provider .backend=${backend} .words=${{ chooseFile: 'Pick one' }}>
        <ferry-provider .folder=${inbox}><ferry-upload></ferry-upload></ferry-provider>
      </ferry-provider>
    `);
    const upload = outer.querySelector('ferry-upload')!;
    await waitUntil(() => button(upload, 'Pick one'));
    const completed = hear(upload, 'ferry-completed');
    await upload.add([file('a.txt')]);
    await completed;
    expect(await stored(backend)).to.deep.equal(['inbox/a.txt']);
  });

  it('may be set up after what is inside it', async () => {
    const provider = await fixture<FerryProvider>(html`<ferry-provider><ferry-upload></ferry-upload></ferry-provider>`);
    const upload = provider.querySelector('ferry-upload')!;
    expect(button(upload, 'Choose a file')!.disabled).to.equal(true);
    provider.backend = memory();
    await waitUntil(() => !button(upload, 'Choose a file')!.disabled);
  });

  it('lets everything inside ask again', async () => {
    let rules: Rules = { maxFileSize: 1e6 };
    const backend = memory({ rules: () => rules });
    const provider = await fixture<FerryProvider>(html`<ferry-provider .backend=${backend}><ferry-upload></ferry-upload></ferry-provider>`);
    const upload = provider.querySelector('ferry-upload')!;
    await waitUntil(() => text(upload, 'hint') === 'Up to 1 MB');
    rules = { maxFileSize: 2e6 };
    provider.refresh();
    await waitUntil(() => text(upload, 'hint') === 'Up to 2 MB');
  });

  it('gives words, pictures and language', async () => {
    await import('../../src/elements/words/de.js');
    const provider = await fixture<FerryProvider>(html`
      <ferry-provider backend="memory" lang="de" .words=${{ dropFile: 'Bewerbung hierher' }} .icons=${{ upload: 'M0 0h24' }}
        ><ferry-upload></ferry-upload
      ></ferry-provider>
    `);
    const upload = provider.querySelector('ferry-upload')!;
    await waitUntil(() => button(upload, 'Datei wählen'));
    expect(text(upload, 'drop')).to.include('Bewerbung hierher');
    expect(upload.shadowRoot!.querySelector('path')!.getAttribute('d')).to.equal('M0 0h24');
    provider.words = { dropFile: 'Zeugnis hierher' };
    await waitUntil(() => text(upload, 'drop').includes('Zeugnis hierher'));
  });

  it('warns of half a relay', async () => {
    const heard = await warnings(async () => {
      await fixture(html`<ferry-provider relay="/relay"></ferry-provider>`);
      await fixture(html`<ferry-provider backend="disk"></ferry-provider>`);
    });
    expect(heard[0]).to.include('relay="/relay"').and.include('expected the name of a backend');
    expect(heard[1]).to.include('backend="disk"').and.include('expected a relay too');
  });

  it('makes the client of a relay', async () => {
    const provider = await fixture<FerryProvider>(
      html`<ferry-provider relay="/no-relay-here" backend="disk"><ferry-upload></ferry-upload></ferry-provider>`,
    );
    const upload: FerryUpload = provider.querySelector('ferry-upload')!;
    // A server that is no relay: the element says that something is wrong, and stands.
    await waitUntil(() => text(upload, 'hint') !== '');
    expect(names(upload)).to.deep.equal([]);
  });
});
