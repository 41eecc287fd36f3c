import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { disk, type DiskOptions } from '../../src/adapters/disk.js';
import type { Backend } from '../../src/backend/backend.js';
import { isBackendError } from '../../src/backend/errors.js';
import { type Item, ROOT } from '../../src/backend/item.js';
import type { Conflict, Part, Ticket, UploadedPart } from '../../src/backend/upload.js';

/** As `assert.ok`, which without a message of its own looks for the failed line in the source, and hangs when it was compiled on the way. */
export function ok(value: unknown, message = 'This does not hold.'): asserts value {
  assert.ok(value, message);
}

/** A disk on a folder of its own, and what its tests begin with. */
export interface Ground {
  /** Around the root: whatever lies here besides is outside. */
  base: string;
  root: string;
  backend: Backend;
  /** Another backend on the same root, as after a restart or in another process. */
  again: (options?: Partial<DiskOptions>) => Backend;
}

/** Makes a ground that goes when the test does. */
export async function ground(t: TestContext, options: Partial<DiskOptions> = {}): Promise<Ground> {
  const base = await mkdtemp(join(tmpdir(), 'ferrykit-disk-'));
  t.after(() => rm(base, { recursive: true, force: true }));
  const root = join(base, 'files');
  const again = (more: Partial<DiskOptions> = {}) => disk({ root, ...options, ...more });
  return { base, root, backend: again(), again };
}

/** A stream of these pieces; one that is a promise is waited for. */
export const streamOf = (...pieces: (Uint8Array | string | Promise<Uint8Array | string>)[]): ReadableStream<Uint8Array> => {
  const left = [...pieces];
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await left.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(typeof piece === 'string' ? Buffer.from(piece) : piece);
      },
    },
    { highWaterMark: 0 },
  );
};

/** Opens an upload and answers its ticket. */
export async function begin(
  backend: Backend,
  name: string,
  size: number,
  how: { conflict?: Conflict; path?: string; folder?: string } = {},
): Promise<Ticket> {
  const { conflict = 'ask', path, folder } = how;
  const file = { name, size, type: '', ...(path !== undefined && { path }) };
  const initiated = await backend.init(file, { folder: folder === undefined ? ROOT : { id: folder }, conflict });
  if (!('ticket' in initiated)) throw new Error(`"${name}" was not opened: ${JSON.stringify(initiated)}`);
  return initiated.ticket;
}

/** Sends one part. */
export function put(
  backend: Backend,
  ticket: Ticket,
  part: Part,
  bytes: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): Promise<UploadedPart> {
  if (!backend.write) throw new Error('a disk takes bytes');
  return backend.write(ticket, part, bytes, { signal });
}

/** Puts a file there in one part. */
export async function store(
  backend: Backend,
  name: string,
  content: string | Uint8Array,
  how: Parameters<typeof begin>[3] = {},
): Promise<Item> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const ticket = await begin(backend, name, bytes.length, how);
  const parts = bytes.length > 0 ? [await put(backend, ticket, { number: 1, start: 0, end: bytes.length }, streamOf(bytes))] : [];
  const completed = await backend.complete(ticket, parts, {});
  if (!('item' in completed)) throw new Error(`"${name}" was not completed: ${JSON.stringify(completed)}`);
  return completed.item;
}

/** All that an item holds, as text. */
export async function textOf(backend: Backend, id: string, range: { start: number; end?: number } = { start: 0 }): Promise<string> {
  if (!backend.read) throw new Error('a disk gives bytes');
  return new Response(await backend.read({ id }, range)).text();
}

/** Everything in a folder, page by page. */
export async function all(backend: Backend, folder = '', page: Parameters<Backend['list']>[1] = {}): Promise<Item[]> {
  const items: Item[] = [];
  let next: string | undefined;
  do {
    const { items: some, cursor } = await backend.list({ id: folder }, next === undefined ? page : { ...page, cursor: next });
    items.push(...some);
    next = cursor;
  } while (next !== undefined);
  return items;
}

/** The names of what is in a folder, in its order. */
export const namesIn = async (backend: Backend, folder = ''): Promise<string[]> => (await all(backend, folder)).map(({ name }) => name);

/** The code that a call is refused with, or what it answered. */
export const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (answer) => ({ answered: answer }),
    (error: unknown) => (isBackendError(error) ? error.code : error),
  );

/** What the stage keeps of open uploads, by ticket id. */
export async function staged(root: string): Promise<string[]> {
  const uploads = join(root, '.ferrykit/uploads');
  const folders = await readdir(uploads);
  return (await Promise.all(folders.map(async (folder) => (await readdir(join(uploads, folder))).map((file) => file)))).flat();
}

/** Bytes that differ everywhere, the same for the same seed. */
export function noise(length: number, seed = 'noise'): Buffer {
  const block = createHash('sha512').update(seed).digest();
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 64) createHash('sha512').update(block).update(String(at)).digest().copy(bytes, at);
  return bytes;
}

/** Another process that does `deed` of `disk.child.ts`; it is gone when the test is. */
export function child(t: TestContext, deed: string, given: unknown, user?: number): ChildProcess {
  const path = fileURLToPath(new URL('./disk.child.ts', import.meta.url));
  const process = fork(path, [deed, JSON.stringify(given)], {
    execArgv: ['--import', 'tsx'],
    ...(user !== undefined && { uid: user, gid: user }),
  });
  t.after(() => killed(process));
  return process;
}

/** Kills a child where it stands. One that has ended by itself says so no more. */
export async function killed(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  process.kill('SIGKILL');
  await once(process, 'exit');
}

/** The next thing that a child says. */
export async function said<T>(process: ChildProcess): Promise<T> {
  const gone = new AbortController();
  const exited = once(process, 'exit', { signal: gone.signal }).then(
    ([code]) => Promise.reject(new Error(`the child ended with ${String(code)} before it said anything`)),
    () => undefined,
  );
  const [message] = (await Promise.race([once(process, 'message'), exited])) as [T];
  gone.abort();
  return message;
}

/** A name that no other test has. */
export const unique = () => randomBytes(6).toString('hex');
