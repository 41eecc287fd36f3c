/* What a test has another process do on the same disk. It says what it has, and ends when it is told or killed. */
import { disk } from '../../src/adapters/disk.js';
import type { Ticket, UploadedPart } from '../../src/backend/upload.js';
import { begin, codeOf, put, store, streamOf } from './disk.ground.js';

const [deed = '', given = '{}'] = process.argv.slice(2);
const say = (message: unknown) => process.send?.(message);
const told = () => new Promise<unknown>((resolve) => process.once('message', resolve));

interface Given {
  root: string;
  ticket: Ticket;
  number: number;
  start: number;
  end: number;
  name: string;
  count: number;
  id: string;
}

const DEEDS: Record<string, (given: Given) => Promise<void>> = {
  /** Takes in the first half of a part, says so, and goes on when it is told. */
  async write({ root, ticket, number, start, end }) {
    const half = Math.floor((end - start) / 2);
    const rest = told();
    // larger than a batch, so that it is written before the rest comes
    const first = Promise.resolve(Buffer.alloc(half, 'x'));
    const later = rest.then(() => Buffer.alloc(end - start - half, 'x'));
    setTimeout(() => say('half'), 200);
    say({ ended: await codeOf(put(disk({ root }), ticket, { number, start, end }, streamOf(first, later))) });
  },

  /** Opens and fills many uploads of one name, says their tickets, then completes them one after the other. */
  async complete({ root, name, count }) {
    const backend = disk({ root });
    const uploads: { ticket: Ticket; part: UploadedPart }[] = [];
    for (let index = 0; index < count; index += 1) {
      const content = Buffer.from(`content ${index}`);
      const ticket = await begin(backend, name, content.length, { conflict: 'rename' });
      uploads.push({ ticket, part: await put(backend, ticket, { number: 1, start: 0, end: content.length }, streamOf(content)) });
    }
    say(uploads);
    for (const { ticket, part } of uploads) await backend.complete(ticket, [part], {});
    say('done');
  },

  /** Puts many files of one name there. */
  async store({ root, name, count }) {
    const backend = disk({ root });
    say('ready');
    await told();
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1)
      ids.push((await store(backend, name, `${process.pid} ${index}`, { conflict: 'rename' })).id);
    say(ids);
  },

  /** Copies one item, and says when it is at it. */
  async copy({ root, id }) {
    const backend = disk({ root, answerWithin: 0 });
    const given = { to: { id: 'target' }, conflict: 'rename', operation: 'the one' } as const;
    say(await backend.copy([{ id }], given));
    for (;;) await backend.copy([{ id }], given);
  },

  /** Says what each of the calls answers to a user who may not read, enter or change something. */
  async forbidden({ root }) {
    const backend = disk({ root });
    say({
      list: await codeOf(backend.list({ id: 'closed' }, {})),
      read: await codeOf(backend.read?.({ id: 'secret.txt' }, { start: 0 }) ?? Promise.resolve()),
      copy: await backend.copy([{ id: 'secret.txt' }, { id: 'mixed' }], { to: { id: 'open' }, conflict: 'ask', operation: 'copy' }),
      remove: await backend.remove([{ id: 'mixed' }], { recursive: true }),
      search: (await backend.list({ id: '' }, { search: 'found' })).items.map(({ id }) => id),
      create: await codeOf(backend.createFolder({ id: 'fixed' }, 'new', { conflict: 'ask' })),
    });
  },
};

await DEEDS[deed]?.(JSON.parse(given) as Given);
process.disconnect();
