/** Connections that a page may fill with bytes at one origin: browsers give six, and browsing and cancelling need some. */
const SHARED = 4;
const OWN = 6;
/** A part should take about this long: short enough to lose little with a cut connection, long enough to cost no round trips. */
const SECONDS = 8;
/** Below this a further connection only makes every part slower, in bytes a second. */
const USEFUL = 48 * 1024;
const MEBIBYTE = 1024 * 1024;

/** How fast bytes moved lately, and what follows from it for the size of parts and the number of connections. */
export class Pace {
  /** Bytes a second of one connection. */
  #each = 0;
  #most = OWN;

  /** Notes that one connection moved `bytes` in `milliseconds` while `busy` connections were. Small bodies say more of latency than of speed. */
  note(bytes: number, milliseconds: number, busy: number): void {
    if (bytes < MEBIBYTE / 4) return;
    const speed = (bytes * 1000) / Math.max(1, milliseconds);
    this.#each = this.#each ? this.#each * 0.6 + speed * 0.4 : speed;
    this.#most = Math.max(1, Math.min(OWN, Math.round((this.#each * busy) / USEFUL), this.#most + 1));
  }

  /** Notes that a connection was cut or refused: half as many from now on, until it goes well again. */
  cut(): void {
    this.#most = Math.max(1, this.#most >> 1);
    this.#each /= 2;
  }

  /** How many connections may carry bytes now. */
  connections(bytes: 'direct' | 'relay'): number {
    return Math.min(bytes === 'relay' ? SHARED : OWN, this.#most);
  }

  /** How large the next part should be, in whole MiB, with `preferred` before anything was measured. */
  partSize(preferred: number): number {
    return this.#each ? Math.max(MEBIBYTE, Math.round((this.#each * SECONDS) / MEBIBYTE) * MEBIBYTE) : preferred;
  }
}

/** Connections for bytes, shared by all files, given out in the order in which they were asked for. */
export class Slots {
  readonly #most: () => number;
  readonly #waiting: (() => void)[] = [];
  /** How many are taken. */
  busy = 0;

  constructor(most: () => number) {
    this.#most = most;
  }

  /** Runs `work` once a connection is free. */
  async hold<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.busy >= this.#most()) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    } else this.busy++;
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      this.busy--;
      while (this.busy < this.#most() && this.#waiting.length) {
        this.busy++;
        this.#waiting.shift()?.();
      }
    }
  }
}
