import type { Backend } from '../backend/backend.js';
import { BackendError, toBackendError } from '../backend/errors.js';
import type { Part, PartTarget, Ticket, UploadCapability, UploadedPart } from '../backend/upload.js';
import { backOff, pause, type Line } from './line.js';
import type { Pace, Slots } from './pace.js';
import { handOver, put, statusOf } from './put.js';

/** Tries of one part, besides those that an absent backend explains. */
const TRIES = 6;

/** A target and until when it works, on the clock of `performance.now`: nobody can set that one wrong. */
export type TimedTarget = PartTarget & { until: number };

/** An upload that is open at the backend. */
export interface Opened {
  ticket: Ticket;
  upload: UploadCapability;
  /** Where part 1 goes, if it is the whole file. */
  first: TimedTarget | undefined;
  parts: Map<number, UploadedPart>;
}

/** What all files share on their way to one backend. */
export interface Road {
  slots: Slots;
  pace: Pace;
  /** Origins whose answers this page has read. */
  reached: Set<string>;
  /** Origins that this page cannot reach (no CORS), so that their bytes go by the relay. */
  unreachable: Set<string>;
}

/** What a part needs of its file. */
export interface PartSending {
  backend: Backend;
  line: Line;
  road: Road;
  /** Whether this part is the whole file. */
  whole: boolean;
  /** Aborted when the file is cancelled. */
  end: AbortSignal;
  /** Resolves once the file is not paused. */
  going: () => Promise<void>;
  /** Aborted when the file is paused. */
  halt: () => AbortSignal;
  /** Whether another part has failed for good. */
  failed: () => boolean;
  onWait: (waiting: boolean) => void;
  /** Bytes of this part that are out. */
  onProgress: (bytes: number) => void;
}

/** Sends one part until the store has it: over pauses, lost connections, expired URLs and busy stores. */
export async function sendPart(opened: Opened, part: Part, bytes: Blob, sending: PartSending): Promise<UploadedPart> {
  const { upload } = opened;
  for (let tries = 0; ; ) {
    await sending.going();
    sending.end.throwIfAborted();
    const halt = sending.halt();
    let origin = '';
    try {
      return await sendOnce(opened, part, bytes, sending, halt, (at) => {
        origin = at;
      });
    } catch (thrown) {
      sending.onProgress(0);
      sending.end.throwIfAborted();
      const error = toBackendError(thrown);
      if (sending.failed()) throw error;
      if (halt.aborted) continue;
      const status = statusOf(thrown);
      if (!upload.retryParts && error.code !== 'expired') throw error;
      if (status === 0) {
        if (await explainSilence(part, bytes, sending, origin, tries, upload)) continue;
      } else if (!error.retryable && !upload.retryStatus.includes(status ?? -1)) throw error;
      if (++tries >= TRIES) throw error.code === 'expired' ? new BackendError('forbidden', error.message, { cause: error }) : error;
      // A fresh URL is all that an expired one needs; so is it, once, for silence: some stores say "expired" without CORS.
      if (error.code === 'expired' || (status === 0 && tries === 1)) continue;
      sending.road.pace.cut();
      sending.onWait(true);
      await pause(backOff(tries, error.retryAfter), sending.end);
      sending.onWait(false);
    }
  }
}

/** Tells apart why a request ended without a status. Answers whether the part may go again at once, as if nothing had been. */
async function explainSilence(part: Part, bytes: Blob, sending: PartSending, origin: string, tries: number, upload: UploadCapability): Promise<boolean> {
  const { line, road, onWait, end } = sending;
  try {
    await bytes.slice(0, 1).arrayBuffer();
  } catch (cause) {
    throw new BackendError('changed', `Part ${String(part.number)}: the file was changed or removed after it was chosen.`, { cause });
  }
  if (!(await line.answers())) {
    onWait(true);
    await line.back(end);
    onWait(false);
    return true;
  }
  if (tries > 0 && upload.bytes === 'direct' && origin && !road.reached.has(origin) && !road.unreachable.has(origin)) {
    road.unreachable.add(origin);
    return true;
  }
  return false;
}

async function sendOnce(opened: Opened, part: Part, bytes: Blob, sending: PartSending, signal: AbortSignal, onOrigin: (origin: string) => void): Promise<UploadedPart> {
  const { backend, road, onProgress } = sending;
  const { write } = backend;
  if (write) return road.slots.hold(() => handOver(write, opened.ticket, part, bytes, { signal, onProgress }), signal);
  let target = await targetOf(opened, part, sending);
  return road.slots.hold(async () => {
    // It may have waited long for its turn.
    if (performance.now() > target.until) target = await targetOf(opened, part, sending);
    const origin = originOf(target);
    onOrigin(origin);
    const start = performance.now();
    const uploaded = await put(target, part, bytes, { signal, onProgress });
    road.reached.add(origin);
    road.pace.note(bytes.size, performance.now() - start, road.slots.busy);
    return uploaded;
  }, signal);
}

const originOf = ({ url }: PartTarget): string => new URL(url, globalThis.location?.href).origin;

async function targetOf(opened: Opened, part: Part, sending: PartSending): Promise<TimedTarget> {
  const { backend, line, road, end, onWait } = sending;
  const first = sending.whole ? opened.first : undefined;
  opened.first = undefined;
  const ask = async (via?: 'relay'): Promise<TimedTarget> => {
    const asked = performance.now();
    const request = via ? { ...part, via } : part;
    const target = await line.persist(() => backend.part(opened.ticket, request, { signal: end }), end, onWait);
    if (target.ticket !== undefined) opened.ticket = target.ticket;
    return { ...target, until: asked + target.expires * 900 };
  };
  const target = first && performance.now() < first.until ? first : await ask();
  return road.unreachable.has(originOf(target)) ? ask('relay') : target;
}
