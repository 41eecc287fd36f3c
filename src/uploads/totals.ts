import { phaseOf, type UploadFile, type UploadPhase } from './queue.js';

/** A whole queue in a few numbers. */
export interface Totals {
  /** How many files are in each phase. */
  counts: Record<UploadPhase, number>;
  files: number;
  /** Bytes of all files whose size is known. */
  bytes: number;
  /** Bytes sent so far. */
  sent: number;
  /** Between 0 and 1: by bytes, or by files where all are empty. */
  progress: number;
  /** The state of the queue as a whole: what needs the person comes first. */
  phase: UploadPhase | 'empty';
}

/** Adds a queue up. Failed files count as if they were not there, so that the bar can reach its end. */
export function totals(files: Iterable<UploadFile>): Totals {
  const counts: Totals['counts'] = { queued: 0, sending: 0, paused: 0, waiting: 0, asking: 0, finishing: 0, held: 0, failed: 0, done: 0 };
  let number = 0;
  let bytes = 0;
  let sent = 0;
  for (const file of files) {
    const phase = phaseOf(file);
    counts[phase]++;
    number++;
    if (phase === 'failed') continue;
    const size = file.size ?? 0;
    bytes += size;
    sent += phase === 'done' ? size : Math.min(size, Number(file.progress.bytesUploaded ?? 0));
  }
  const left = number - counts.failed;
  const progress = bytes > 0 ? sent / bytes : left > 0 ? counts.done / left : 0;
  const busy = counts.sending + counts.finishing;
  const started = busy + counts.paused + counts.waiting + counts.asking;
  // What is held goes out when what has failed arrives or is dropped: until then it waits for the person.
  const moving = busy || (counts.held && !counts.failed);
  const phase = ((): Totals['phase'] => {
    if (!number) return 'empty';
    if (counts.asking) return 'asking';
    if (moving) return 'sending';
    if (counts.waiting) return 'waiting';
    if (counts.paused) return 'paused';
    if (counts.queued) return started || counts.done ? 'sending' : 'queued';
    return counts.failed ? 'failed' : 'done';
  })();
  return { counts, files: number, bytes, sent, progress, phase };
}

const WINDOW = 5000;

/** How fast a queue moves, over the last five seconds. */
export class Speed {
  #samples: { at: number; sent: number }[] = [];

  /** Notes how many bytes have been sent by now (milliseconds of a clock that never jumps). */
  note(sent: number, now: number): void {
    const last = this.#samples.at(-1);
    if (last && sent < last.sent) this.#samples = [];
    if (last && now - last.at < 100) return;
    this.#samples.push({ at: now, sent });
    while (this.#samples.length > 2 && now - (this.#samples[1]?.at ?? now) > WINDOW) this.#samples.shift();
  }

  /** Forgets what was, after a pause. */
  reset(): void {
    this.#samples = [];
  }

  /** Bytes a second; `undefined` before there is half a second to measure. */
  get bytesPerSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < 500) return undefined;
    return ((last.sent - first.sent) * 1000) / (last.at - first.at);
  }

  /** Seconds until `left` more bytes are sent, where that can be said. */
  secondsLeft(left: number): number | undefined {
    const speed = this.bytesPerSecond;
    return speed ? left / speed : undefined;
  }
}
