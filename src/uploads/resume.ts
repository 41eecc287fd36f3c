import { createStore, del, get, set, values, type UseStore } from 'idb-keyval';
import type { Ticket, UploadedPart } from '../backend/upload.js';
import type { Unfinished, UploadFile } from './queue.js';

/** What is needed to go on with an upload after the page was closed. */
export interface Remembered {
  key: string;
  account: string;
  name: string;
  size: number;
  /** Of the file's first, middle and last 64 KiB. */
  sample: string;
  ticket: Ticket;
  parts: UploadedPart[];
  /** The delivery that it goes out with, by the key that it is remembered under. */
  delivery?: string | undefined;
  /** Milliseconds since 1970. */
  at: number;
}

/** How long anything is remembered, in milliseconds. */
export const WEEK = 7 * 24 * 3600 * 1000;
const SAMPLE = 64 * 1024;

let opened: UseStore | undefined;

/** Resuming needs a place to remember and a way to recognise a file; pages without IndexedDB or a secure context have none. */
export const canRemember = (): boolean => typeof indexedDB !== 'undefined' && typeof crypto !== 'undefined' && 'subtle' in crypto;

const store = (): UseStore => (opened ??= createStore('ferrykit', 'uploads'));

/** SHA-256 of three samples of a file: enough to tell that another one was chosen. */
async function sampleOf(bytes: Blob): Promise<string> {
  const middle = Math.max(0, (bytes.size - SAMPLE) >> 1);
  const sampled = new Blob([bytes.slice(0, SAMPLE), bytes.slice(middle, middle + SAMPLE), bytes.slice(-SAMPLE)]);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await sampled.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What an upload is remembered by: whose, where to, and which file. */
export function keyOf(account: string, file: UploadFile): string {
  const modified = file.data && 'lastModified' in file.data ? file.data.lastModified : '';
  return JSON.stringify([account, file.ferry?.folder.id ?? '', file.meta.relativePath ?? file.name, file.size, modified]);
}

/** How long changes are gathered before they are written, in milliseconds. */
const GATHER = 300;

/** Keeps one file's upload in mind while it runs, writing at most a few times a second. */
export class Note {
  readonly #account: string;
  readonly #file: UploadFile;
  readonly #key: string;
  readonly #delivery: string | undefined;
  #sample: Promise<string> | undefined;
  #latest: Pick<Remembered, 'ticket' | 'parts'> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(account: string, file: UploadFile, delivery?: string) {
    this.#account = account;
    this.#file = file;
    this.#delivery = delivery;
    this.#key = keyOf(account, file);
  }

  /** What an earlier page had sent of this very file, with the same delivery if with any. */
  async recall(): Promise<Remembered | undefined> {
    const found = await recall(this.#key, this.#file.data as Blob);
    return found?.delivery === this.#delivery ? found : undefined;
  }

  /** Notes a ticket and the parts that the store has. */
  keep(ticket: Ticket, parts: UploadedPart[]): void {
    this.#latest = { ticket, parts };
    this.#timer ??= setTimeout(() => void this.#write(), GATHER);
  }

  /** The upload ended. */
  forget(): void {
    clearTimeout(this.#timer);
    if (this.#latest) void forget(this.#key);
    this.#latest = undefined;
  }

  async #write(): Promise<void> {
    this.#timer = undefined;
    try {
      const sample = await (this.#sample ??= sampleOf(this.#file.data as Blob));
      const { name = '', size } = this.#file;
      if (this.#latest)
        await remember({
          key: this.#key,
          account: this.#account,
          name,
          size: size ?? 0,
          sample,
          ...this.#latest,
          delivery: this.#delivery,
          at: Date.now(),
        });
    } catch {
      // The file cannot be read any more: its parts will say so.
    }
  }
}

/** Remembers; a browser that refuses (private window, no room) only loses the resume. */
const remember = (remembered: Remembered): Promise<void> => set(remembered.key, remembered, store()).catch(() => undefined);

/** Forgets an upload that ended. */
export const forget = (key: string): Promise<void> => del(key, store()).catch(() => undefined);

/** The upload of this very file that an earlier page began, if there is one. */
async function recall(key: string, bytes: Blob): Promise<Remembered | undefined> {
  const found = await get<Remembered>(key, store()).catch(() => undefined);
  if (!found) return undefined;
  if (Date.now() - found.at < WEEK && found.sample === (await sampleOf(bytes))) return found;
  await forget(key);
  return undefined;
}

/** Every upload that this account left unfinished. */
export async function recallAll(account: string): Promise<(Unfinished & Pick<Remembered, 'ticket' | 'delivery'>)[]> {
  const all = await values<Remembered>(store()).catch(() => []);
  return all
    .filter((one) => one.account === account && Date.now() - one.at < WEEK)
    .map(({ key, name, size, ticket, delivery, parts }) => ({
      key,
      name,
      size,
      ticket,
      delivery,
      sent: parts.reduce((sum, part) => sum + part.end - part.start, 0),
    }));
}
