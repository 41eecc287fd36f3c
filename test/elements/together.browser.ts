import { expect, waitUntil } from '@open-wc/testing';
import type { MemoryBackend, MemoryOptions } from '../../src/adapters/memory.js';
import { BackendError } from '../../src/backend/errors.js';
import type { FerryUpload } from '../../src/elements/upload.js';
import { button, drop, file, hear, press, rows, stage, stored, text } from './acting.js';

/** An element on a backend that keeps files only in deliveries; the bytes of `slow.bin` end when `release` is called. */
async function together(options: MemoryOptions = {}): Promise<{ element: FerryUpload; backend: MemoryBackend; release: () => void }> {
  const { element, backend } = await stage({ capabilities: { upload: { needsDelivery: true, conflict: ['rename'] } }, ...options });
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const write = backend.write!.bind(backend);
  backend.write = async (ticket, part, bytes, how) => {
    if (part.end === 77) await held;
    return write(ticket, part, bytes, how);
  };
  return { element, backend, release };
}

const SLOW = 'slow.bin';
const asked = (element: Element): boolean => text(element, 'question').includes(SLOW);

describe('<ferry-upload> where files go out together', () => {
  it('tells of the delivery, and of each file with its item', async () => {
    const { element, backend } = await together();
    const told: string[] = [];
    element.addEventListener('ferry-uploaded', ({ detail }) => told.push(detail.item?.name ?? '?'));
    let deliveries = 0;
    element.addEventListener('ferry-sent', () => deliveries++);
    const [sent, completed] = [hear(element, 'ferry-sent'), hear(element, 'ferry-completed')];
    drop(element, [file('a.txt'), file('b.txt')]);
    expect((await sent).delivery.items?.map(({ name }) => name).sort()).to.deep.equal(['a.txt', 'b.txt']);
    expect((await completed).uploaded.length).to.equal(2);
    expect([told.sort(), deliveries]).to.deep.equal([['a.txt', 'b.txt'], 1]);
    expect(await stored(backend)).to.deep.equal(['a.txt', 'b.txt']);
  });

  it('shows what waits for the others, and asks before a file is taken out for which others go again', async () => {
    const { element, backend, release } = await together();
    const completed = hear(element, 'ferry-completed');
    drop(element, [file('a.txt'), file(SLOW, 77), file('b.txt')]);
    await waitUntil(() => rows(element).filter((row) => row.includes('Waits for the other files')).length === 2);
    await press(element, `Cancel: ${SLOW}`);
    await waitUntil(() => asked(element));
    expect(text(element, 'question')).to.include('The other 2 files go again from the start');
    await expect(element).to.be.accessible();
    await waitUntil(() => element.shadowRoot!.activeElement === button(element, 'Leave it'));
    await press(element, 'Leave it');
    await waitUntil(() => !asked(element));
    expect(rows(element).length).to.equal(3);
    await press(element, `Cancel: ${SLOW}`);
    await press(element, 'Take it out');
    release();
    await completed;
    expect(await stored(backend)).to.deep.equal(['a.txt', 'b.txt']);
  });

  it('asks nothing where nothing goes again, and nothing any more once everything has gone out', async () => {
    const { element, backend, release } = await together();
    const completed = hear(element, 'ferry-completed');
    drop(element, [file('a.txt'), file(SLOW, 77)]);
    await waitUntil(() => rows(element).some((row) => row.includes('Waits for the other files')));
    await press(element, `Cancel: ${SLOW}`);
    await waitUntil(() => asked(element));
    release();
    await completed;
    await waitUntil(() => !asked(element));
    expect(await stored(backend)).to.deep.equal(['a.txt', SLOW]);
    await press(element, `Remove: ${SLOW}`);
    await waitUntil(() => rows(element).length === 1);
    expect(await stored(backend)).to.deep.equal(['a.txt', SLOW]);
  });

  it('says that a failed file holds up the others, which go when it is removed', async () => {
    const { element, backend } = await together({
      fail: (call, [of]) =>
        call === 'init' && (of as { name: string }).name === 'b.txt' ? new BackendError('not-allowed', 'Not this one.') : undefined,
    });
    drop(element, [file('a.txt'), file('b.txt')]);
    await waitUntil(() => text(element, 'total').includes('One file failed'));
    await waitUntil(() => rows(element)[0]?.includes('Waits for the other files'));
    await expect(element).to.be.accessible();
    const completed = hear(element, 'ferry-completed');
    await press(element, 'Remove: b.txt');
    await completed;
    expect(await stored(backend)).to.deep.equal(['a.txt']);
  });
});
