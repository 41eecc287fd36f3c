import { make, named, take } from './files.js';

/** A page that uploads with a peer. */
export interface Peer {
  make: typeof make;
  take: typeof take;
  /** Uploads the files; answers milliseconds until all are stored. */
  upload(): Promise<number>;
}

declare global {
  var peer: Peer;
}

interface Ended {
  successful?: unknown[];
  failed?: { error?: string }[];
}

/** How often somebody presses "Retry". */
const RETRIES = 5;

/** What the bench uses of an Uppy. */
interface UppyLike {
  addFiles(files: { name: string; type: string; data: File }[]): unknown;
  upload(): Promise<Ended | undefined>;
  retryAll(): Promise<Ended | undefined>;
  clear(): void;
}

/** Offers an Uppy to the bench. */
export function offer(uppy: UppyLike): void {
  const upload = async (): Promise<number> => {
    const files = named();
    const start = performance.now();
    uppy.addFiles(files.map((data) => ({ name: data.name, type: data.type, data })));
    let ended = await uppy.upload();
    for (let retries = 0; ended?.failed?.length && retries < RETRIES; retries++) ended = await uppy.retryAll();
    const time = performance.now() - start;
    uppy.clear();
    if (!ended || ended.failed?.length) throw new Error(`Files failed: ${ended?.failed?.[0]?.error ?? ''}`);
    return time;
  };
  globalThis.peer = { make, take, upload };
}

/** Asks the signer of the page's own origin. */
export async function ask<Answer>(what: string, asked: object): Promise<Answer> {
  const response = await fetch(`/signer/${what}`, { method: 'POST', body: JSON.stringify(asked) });
  if (!response.ok) throw new Error(`The signer answered ${response.status}.`);
  return (await response.json()) as Answer;
}
