import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { memory } from '../../src/adapters/memory.js';
import { BackendError } from '../../src/backend/errors.js';
import type { FerryUpload } from '../../src/elements/upload.js';
import { createUploads } from '../../src/uploads/uploads.js';
import { button, choose, drop, file, hear, names, paste, press, rows, said, stage, stored, text, warnings } from './acting.js';

describe('<ferry-upload>', () => {
  it('uploads what is dropped, and tells of each file and of the end', async () => {
    const { element, backend } = await stage();
    const told: string[] = [];
    element.addEventListener('ferry-uploaded', ({ detail }) => told.push(detail.item!.name));
    const completed = hear(element, 'ferry-completed');
    drop(element, [file('a.txt'), file('empty.txt', 0)]);
    expect((await completed).uploaded.length).to.equal(2);
    expect(told.sort()).to.deep.equal(['a.txt', 'empty.txt']);
    expect(await stored(backend)).to.deep.equal(['a.txt', 'empty.txt']);
    await waitUntil(() => text(element, 'total').includes('2 files uploaded'));
    await expect(element).to.be.accessible();
  });

  it('uploads what is chosen in the dialog, and the same file again', async () => {
    const { element, backend } = await stage({}, 'multiple conflict=rename');
    let completed = hear(element, 'ferry-completed');
    choose(element, [file('a.txt')]);
    await completed;
    element.clear();
    completed = hear(element, 'ferry-completed');
    choose(element, [file('a.txt')]);
    await completed;
    expect((await stored(backend)).length).to.equal(2);
  });

  it('uploads what is pasted while the focus is in it', async () => {
    const { element, backend } = await stage();
    const completed = hear(element, 'ferry-completed');
    button(element, 'Choose files')!.focus();
    paste(document.activeElement!, [file('pasted.png')]);
    await completed;
    expect(await stored(backend)).to.deep.equal(['pasted.png']);
  });

  it('leaves other drops and pastes to the page', async () => {
    const { element } = await stage();
    const dataTransfer = new DataTransfer();
    dataTransfer.setData('text/plain', 'words');
    const event = new DragEvent('drop', { dataTransfer, cancelable: true });
    element.dispatchEvent(event);
    expect(event.defaultPrevented).to.equal(false);
  });

  it('starts what is still being added, when it is started meanwhile', async () => {
    const { element, backend } = await stage({ delay: 200 }, 'multiple manual');
    const completed = hear(element, 'ferry-completed');
    void element.add([file('a.txt')]);
    element.start();
    await completed;
    expect(await stored(backend)).to.deep.equal(['a.txt']);
  });

  it('keeps the folders of a path', async () => {
    const { element, backend } = await stage();
    const completed = hear(element, 'ferry-completed');
    await element.add([
      { file: file('a.txt'), path: 'one/two' },
      { file: file('b.txt'), path: 'one' },
    ]);
    await completed;
    expect(await stored(backend)).to.deep.equal(['one/b.txt', 'one/two/a.txt']);
    await waitUntil(() => rows(element)[0]?.includes('one/two'));
  });

  it('asks the page before it takes files, and takes none when that is prevented', async () => {
    const { element, backend } = await stage();
    element.addEventListener('ferry-before-add', (event) => {
      if (event.detail.files.some((one) => one.file.name === 'secret.txt')) event.preventDefault();
    });
    expect(await element.add([file('secret.txt')])).to.deep.equal({ added: [], rejected: [] });
    const completed = hear(element, 'ferry-completed');
    await element.add([file('open.txt')]);
    await completed;
    expect(await stored(backend)).to.deep.equal(['open.txt']);
  });

  it('puts files into the folder that it is told', async () => {
    const { element, backend } = await stage({ seed: { inbox: {} } });
    const [inbox] = (await backend.list({ id: '' }, {})).items;
    element.folder = inbox!.id;
    const completed = hear(element, 'ferry-completed');
    await element.add([file('a.txt')]);
    await completed;
    expect(await stored(backend)).to.deep.equal(['inbox/a.txt']);
  });

  it('says the rules of the folder and of the page before anything is chosen', async () => {
    const rules = { extensions: ['xls', 'csv'], maxFileSize: 5e9, expiresAfterDays: 30 };
    const { element } = await stage({ rules }, 'multiple max-files=20');
    await waitUntil(
      () => text(element, 'hint') === 'Takes xls and csv · up to 5 GB · up to 20 files · deleted after 30 days',
      text(element, 'hint'),
    );
    await expect(element).to.be.accessible();
  });

  it('refuses what breaks a limit, says why, and takes the rest', async () => {
    const { element, backend } = await stage({ rules: { refusedExtensions: ['exe'] } }, 'multiple max-size=1kB');
    await waitUntil(() => text(element, 'hint').includes('exe'));
    const rejected = hear(element, 'ferry-rejected');
    const completed = hear(element, 'ferry-completed');
    drop(element, [file('good.txt'), file('large.bin', 1001), file('bad.exe')]);
    expect((await rejected).rejected.map(({ file: { name }, code }) => [name, code])).to.deep.equal([
      ['large.bin', 'too-large'],
      ['bad.exe', 'not-allowed'],
    ]);
    await completed;
    expect(await stored(backend)).to.deep.equal(['good.txt']);
    expect(text(element, 'rejected')).to.include('large.bin').and.include('Larger than 1 kB').and.include('bad.exe');
    await expect(element).to.be.accessible();
    await press(element, 'Dismiss');
    await element.updateComplete;
    expect(text(element, 'rejected')).to.equal('');
  });

  it('waits for the rules before it takes what was chosen sooner, and names the one that it breaks', async () => {
    const { element, backend } = await stage({ rules: { extensions: ['csv'] }, delay: (call) => (call === 'rules' ? 200 : 0) });
    const completed = hear(element, 'ferry-completed');
    const { rejected } = await element.add([file('early.txt'), file('early.csv')]);
    expect(rejected.map(({ file: { name }, rule }) => [name, rule])).to.deep.equal([['early.txt', { extensions: ['csv'] }]]);
    await completed;
    expect(await stored(backend)).to.deep.equal(['early.csv']);
    expect(text(element, 'rejected')).to.include('early.txt').and.include('takes csv');
  });

  it('names a few of many refused files, and counts the others', async () => {
    const { element } = await stage({}, 'multiple accept=.pdf');
    await element.add(Array.from({ length: 37 }, (_, index) => file(`${index}.exe`)));
    await element.updateComplete;
    expect(text(element, 'rejected')).to.include('and 34 more');
    expect(said(element)).to.equal('37 files were not taken');
  });

  it('without "multiple" takes one file, and a second in its place', async () => {
    const { element } = await stage({}, '');
    const { rejected } = await element.add([file('a.txt'), file('b.txt')]);
    expect(rejected.map(({ code }) => code)).to.deep.equal(['too-many', 'too-many']);
    await element.add([file('a.txt')]);
    await element.add([file('b.txt')]);
    await waitUntil(() => names(element).join() === 'b.txt');
    expect(button(element, 'Choose a folder')).to.equal(undefined);
  });

  for (const [attribute, value, expected] of [
    ['max-size', '10 parsecs', 'expected bytes, or a size such as "10MB"'],
    ['max-total', '-1', 'expected bytes'],
    ['max-files', 'many', 'expected a whole number from 1'],
    ['accept', 'pdf', 'expected extensions and media types'],
    ['conflict', 'shout', 'expected ask, rename, replace, skip'],
  ] as const) {
    it(`warns of ${attribute}="${value}" and works without it`, async () => {
      const { element, backend } = await stage();
      const heard = await warnings(async () => {
        element.setAttribute(attribute, value);
        await element.updateComplete;
      });
      expect(heard.length).to.equal(1);
      expect(heard[0]).to.include(`${attribute}="${value}"`).and.include(expected);
      const completed = hear(element, 'ferry-completed');
      await element.add([file('a.txt')]);
      await completed;
      expect(await stored(backend)).to.deep.equal(['a.txt']);
    });
  }

  it('without a backend says that something is missing, until it has one', async () => {
    let element!: FerryUpload;
    const heard = await warnings(async () => {
      element = await fixture<FerryUpload>(html`<ferry-upload></ferry-upload>`);
      await waitUntil(() => text(element, 'hint').includes('cannot be uploaded here'));
    });
    expect(heard[0]).to.include('expected a backend');
    expect(button(element, 'Choose a file')!.disabled).to.equal(true);
    await expect(element).to.be.accessible();
    element.backend = memory();
    await waitUntil(() => !button(element, 'Choose a file')!.disabled);
    expect(text(element, 'hint')).to.equal('');
  });

  it('does the same whether a property is set before or after it is attached', async () => {
    const before = document.createElement('ferry-upload');
    before.backend = memory();
    before.maxSize = '1 MB';
    before.multiple = true;
    document.body.append(before);
    const after = document.createElement('ferry-upload');
    document.body.append(after);
    after.backend = memory();
    after.maxSize = '1 MB';
    after.multiple = true;
    await waitUntil(() => text(before, 'hint') === 'Up to 1 MB' && text(after, 'hint') === 'Up to 1 MB');
    expect(before.shadowRoot!.textContent).to.equal(after.shadowRoot!.textContent);
    before.remove();
    after.remove();
  });

  it('waits for the start when it is manual', async () => {
    const { element, backend } = await stage({}, 'multiple manual');
    drop(element, [file('a.txt'), file('b.txt')]);
    await waitUntil(() => text(element, 'total').includes('2 files ready'));
    await expect(element).to.be.accessible();
    expect(await stored(backend)).to.deep.equal([]);
    const completed = hear(element, 'ferry-completed');
    await press(element, 'Start upload');
    await completed;
    expect((await stored(backend)).length).to.equal(2);
  });

  it('pauses, resumes, and takes a file off', async () => {
    const { element, backend } = await stage({ speed: 100_000 });
    drop(element, [file('long.bin', 200_000), file('other.bin', 200_000)]);
    await press(element, 'Pause: long.bin');
    await waitUntil(() => button(element, 'Resume: long.bin'));
    expect(rows(element)[0]).to.include('Paused');
    await expect(element).to.be.accessible();
    await press(element, 'Cancel: other.bin');
    await waitUntil(() => names(element).join() === 'long.bin');
    const completed = hear(element, 'ferry-completed');
    await press(element, 'Resume: long.bin');
    await completed;
    expect(await stored(backend)).to.deep.equal(['long.bin']);
  });

  it('pauses, resumes and cancels everything, and keeps what has arrived', async () => {
    const { element, backend } = await stage({ speed: 50_000 });
    drop(element, [file('small.txt', 5), file('a.bin', 200_000), file('b.bin', 200_000)]);
    await waitUntil(() => rows(element)[0] === 'small.txt 5 bytes');
    await press(element, 'Pause all');
    await waitUntil(() => text(element, 'total').includes('Paused'));
    expect(element.matches(':state(paused)')).to.equal(true);
    await press(element, 'Resume all');
    await waitUntil(() => !text(element, 'total').includes('Paused'));
    await press(element, 'Cancel all');
    await waitUntil(() => names(element).join() === 'small.txt');
    expect(await stored(backend)).to.deep.equal(['small.txt']);
  });

  it('says in words why a file failed, goes on with the others, and tries again', async () => {
    const { element, backend } = await stage();
    backend.knobs.fail = (call, [file]) =>
      call === 'init' && (file as { name: string }).name === 'bad.txt' ? new BackendError('quota', 'Full.') : undefined;
    const failed = hear(element, 'ferry-failed');
    const completed = hear(element, 'ferry-completed');
    drop(element, [file('bad.txt'), file('good.txt')]);
    expect((await failed).code).to.equal('quota');
    await completed;
    expect(await stored(backend)).to.deep.equal(['good.txt']);
    await waitUntil(() => rows(element)[0]?.includes('No space left'));
    await expect(element).to.be.accessible();
    backend.knobs.fail = undefined;
    await press(element, 'Try again: bad.txt');
    await waitUntil(async () => (await stored(backend)).length === 2);
  });

  it('waits while the backend is away, says so, and goes on by itself', async () => {
    const { element, backend } = await stage();
    backend.knobs.fail = () => new BackendError('offline', 'Away.');
    drop(element, [file('a.txt'), file('b.txt')]);
    await waitUntil(() => rows(element)[0]?.includes('Waiting for the connection'));
    await waitUntil(() => text(element, 'total').includes('goes on by itself'));
    await expect(element).to.be.accessible();
    const completed = hear(element, 'ferry-completed');
    backend.knobs.fail = undefined;
    dispatchEvent(new Event('online'));
    await completed;
    expect((await stored(backend)).length).to.equal(2);
  });

  it('asks what to do when a name is taken, and does it for all', async () => {
    const { element, backend } = await stage({ seed: { 'a.txt': 'old a', 'b.txt': 'old b' } });
    const completed = hear(element, 'ferry-completed');
    drop(element, [file('a.txt', 7), file('b.txt', 8)]);
    await waitUntil(() => /This name is taken[^]*There · 5 bytes[^]*Yours · [78] bytes/.test(text(element, 'question')));
    await expect(element).to.be.accessible();
    element.shadowRoot!.querySelector<HTMLInputElement>('input[type=checkbox]')!.click();
    await press(element, 'Keep both');
    await completed;
    expect((await stored(backend)).length).to.equal(4);
    await waitUntil(() => names(element).every((name) => name !== 'a.txt'), 'the names that the backend gave are shown');
  });

  it('leaves the file that is there alone when the person skips', async () => {
    const { element, backend } = await stage({ seed: { 'a.txt': 'old' } });
    drop(element, [file('a.txt', 9)]);
    await press(element, 'Skip');
    await waitUntil(() => names(element).length === 0);
    expect((await backend.list({ id: '' }, {})).items[0]!.size).to.equal(3);
  });

  it('takes nothing while it is disabled, and keeps the browser from opening the file', async () => {
    const { element, backend } = await stage({}, 'multiple disabled');
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(file('a.txt'));
    const event = new DragEvent('drop', { dataTransfer, cancelable: true });
    element.dispatchEvent(event);
    expect(event.defaultPrevented).to.equal(true);
    expect(button(element, 'Choose files')!.disabled).to.equal(true);
    expect(await stored(backend)).to.deep.equal([]);
  });

  it('shows that files hang over it', async () => {
    const { element } = await stage();
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(file('a.txt'));
    element.dispatchEvent(new DragEvent('dragenter', { dataTransfer }));
    await element.updateComplete;
    expect(element.matches(':state(dragging)')).to.equal(true);
    element.dispatchEvent(new DragEvent('dragleave', { dataTransfer }));
    await element.updateComplete;
    expect(element.matches(':state(dragging)')).to.equal(false);
  });

  it('announces the start, what is not taken, and the end', async () => {
    const { element } = await stage({ delay: 250 }, 'multiple accept=.txt');
    const heard = new Set<string>();
    new MutationObserver(() => heard.add(said(element))).observe(element.shadowRoot!.querySelector('[role=status]')!, {
      subtree: true,
      characterData: true,
      childList: true,
    });
    const completed = hear(element, 'ferry-completed');
    drop(element, [...Array.from({ length: 60 }, (_, index) => file(`${index}.txt`)), file('c.exe')]);
    await completed;
    await waitUntil(() => heard.has('60 files uploaded'));
    expect([...heard].join(' | ')).to.match(
      /c\.exe.*This kind of file is not taken.*Uploading \d+ files.*(25|50|75)\s?%.*60 files uploaded/,
    );
  });

  it('speaks another language as soon as it is there', async () => {
    const { element } = await stage();
    element.lang = 'de-AT';
    await import('../../src/elements/words/de.js');
    await waitUntil(() => button(element, 'Dateien wählen'));
    element.lang = 'tlh';
    await waitUntil(() => button(element, 'Choose files'));
  });

  it('leaves the page as it was when it is taken away while files are under way', async () => {
    const { element, backend } = await stage({ speed: 100_000 });
    drop(element, [file('a.bin', 60_000)]);
    await waitUntil(() => names(element).length);
    const parent = element.parentNode!;
    element.remove();
    await waitUntil(async () => (await stored(backend)).length === 1);
    parent.append(element);
    await waitUntil(() => rows(element)[0] === 'a.bin 60 kB');
  });
});

describe('what an earlier page left behind', () => {
  it('is named, and can be given up', async () => {
    const { element } = await stage();
    const uploads = createUploads();
    let left = [{ key: '1', name: 'big.mov', size: 1000, sent: 620 }];
    uploads.unfinished = () => Promise.resolve(left);
    uploads.discard = ({ key }) => {
      left = left.filter((one) => one.key !== key);
      return Promise.resolve();
    };
    element.uploads = uploads;
    await waitUntil(() => /big\.mov\s+Unfinished, 62\s?%\. Choose it again to go on\./.test(text(element, 'unfinished')));
    await expect(element).to.be.accessible();
    await press(element, 'Discard');
    await waitUntil(() => text(element, 'unfinished') === '');
  });
});
