import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Json } from '../backend/item.js';
import type { Store } from '../backend/store.js';

/** What the file of a key holds. */
interface Entry {
  key: string;
  version: string;
  value: Json;
  /** Milliseconds since 1970. */
  expires?: number;
}

/** Milliseconds after which a lock belongs to a process that died: a write holds it for the time of one `fdatasync`. */
const STALE = 10_000;

/** Milliseconds between two looks for what has lived its time. */
const TIDY = 3_600_000;

/** Answers `undefined` where the file system said one of `codes`. */
const unless =
  (...codes: string[]) =>
  (error: unknown): undefined => {
    if (!(error instanceof Error && 'code' in error && codes.includes(String(error.code)))) throw error;
  };

async function read(file: string): Promise<Entry | undefined> {
  const text = await readFile(file, 'utf8').catch(unless('ENOENT'));
  if (text === undefined) return undefined;
  const entry = JSON.parse(text) as Entry;
  return (entry.expires ?? Infinity) > Date.now() ? entry : undefined;
}

/** Takes the lock of a file that other processes write too; answers its token. */
async function lock(file: string): Promise<string> {
  const token = randomUUID();
  for (;;) {
    try {
      await writeFile(`${file}.lock`, token, { flag: 'wx', mode: 0o600 });
      return token;
    } catch (error) {
      unless('EEXIST', 'ENOENT')(error);
    }
    const held = await stat(`${file}.lock`).catch(unless('ENOENT'));
    if (!held) await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    else if (held.mtimeMs < Date.now() - STALE) {
      // Only one of those who see it can rename it away.
      await rename(`${file}.lock`, `${file}.${token}.stale`).catch(unless('ENOENT'));
      await rm(`${file}.${token}.stale`, { force: true });
    } else await pause(1 + Math.random() * 4);
  }
}

const isMine = async (file: string, token: string): Promise<boolean> =>
  (await readFile(`${file}.lock`, 'utf8').catch(unless('ENOENT'))) === token;

/**
 * A store in a folder of its own, for all processes of one machine: a file a key, replaced by a rename under a lock, so that a conditional
 * write fails where another process was faster. What `set` answered survives the process.
 */
export function diskStore(dir: string): Store {
  /** The last deed of this process for each file: its own ones wait in line instead of on the lock. */
  const lines = new Map<string, Promise<unknown>>();
  let tidied = 0;

  // Hashed, because keys hold what file systems do not take; the first part stays legible and makes `keys` quick.
  const groupOf = (text: string): string => (text.split(':')[0] ?? '').replace(/[^a-z0-9-]/gi, '_').slice(0, 40) || '_';
  const fileOf = (key: string): string => join(dir, groupOf(key), `${createHash('sha256').update(key).digest('hex').slice(0, 40)}.json`);

  function locked<T>(file: string, deed: (stillMine: () => Promise<boolean>) => Promise<T>): Promise<T> {
    const turn = (lines.get(file) ?? Promise.resolve()).then(async () => {
      const token = await lock(file);
      try {
        return await deed(() => isMine(file, token));
      } finally {
        if (await isMine(file, token)) await rm(`${file}.lock`, { force: true });
      }
    });
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (lines.get(file) === settled) lines.delete(file);
      });
    lines.set(file, settled);
    return turn;
  }

  async function* keys(prefix: string): AsyncGenerator<string> {
    const groups = (await readdir(dir).catch(unless('ENOENT'))) ?? [];
    for (const group of prefix.includes(':') ? groups.filter((one) => one === groupOf(prefix)) : groups) {
      for (const name of (await readdir(join(dir, group)).catch(unless('ENOENT', 'ENOTDIR'))) ?? []) {
        if (!name.endsWith('.json')) continue;
        const file = join(dir, group, name);
        const entry = await read(file);
        if (entry?.key.startsWith(prefix)) yield entry.key;
        // Expired: taken away unless somebody has written it again meanwhile.
        else if (!entry) await locked(file, async () => ((await read(file)) ? undefined : rm(file, { force: true })));
      }
    }
  }

  /** Now and then, what has expired is taken away: by asking for all there is. */
  async function tidy(): Promise<void> {
    if (Date.now() - tidied < TIDY) return;
    tidied = Date.now();
    const all = keys('');
    for (let next = await all.next(); !next.done;) next = await all.next();
  }

  return {
    async get(key) {
      const entry = await read(fileOf(key));
      return entry && { value: entry.value, version: entry.version };
    },
    set(key, value, { ifVersion, ttl } = {}) {
      const file = fileOf(key);
      // Nobody waits for it, and whatever is in its way will be in the way of others, who are told.
      tidy().catch(() => undefined);
      return locked(file, async (stillMine) => {
        if (ifVersion !== undefined && ifVersion !== ((await read(file))?.version ?? null)) return undefined;
        const version = randomUUID();
        const draft = `${file}.${version}.draft`;
        try {
          const handle = await open(draft, 'wx', 0o600);
          try {
            const entry: Entry = { key, version, value, ...(ttl === undefined ? {} : { expires: Date.now() + ttl * 1000 }) };
            await handle.writeFile(JSON.stringify(entry));
            await handle.datasync();
          } finally {
            await handle.close();
          }
          if (!(await stillMine())) throw new Error(`The lock of "${key}" was lost: the disk took longer than ${STALE / 1000} s.`);
          await rename(draft, file);
        } finally {
          await rm(draft, { force: true });
        }
        return version;
      });
    },
    delete(key) {
      const file = fileOf(key);
      return locked(file, () => rm(file, { force: true }));
    },
    keys,
  };
}
