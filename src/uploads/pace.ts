/** Connections that a page may fill with bytes at one origin: browsers give six, and browsing and cancelling need one. */
const SHARED = 5;
/** Connections that there ever are. */
export const MOST = 6;
/** Seconds that a part should take: short enough to lose little with a cut connection, long enough to cost no round trips. */
const SECONDS = 4;
/** Seconds that it should take at least: at each end the store waits for its disk and the connection for the store. */
const LEAST = 1;
/** By how much a connection's share of what is left is cut, as some are slower than others. */
const CAUTION = 1.25;
/** Below this a further connection only makes every part slower, in bytes a second. */
const USEFUL = 48 * 1024;
const MEBIBYTE = 1024 * 1024;

/**
 * The connections to one backend, shared by all files and given out in the order in which they were asked for. Their number and
 * the size of parts follow the speed that was measured.
 */
export class Road {
  /** Whether bytes go to the relay's own origin. */
  shared = true;
  /** Origins whose answers this page has read. */
  readonly reached = new Set<string>();
  /** Origins that this page cannot reach (no CORS), so that their bytes go by the relay. */
  readonly unreachable = new Set<string>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  /** Bytes a second of one connection. */
  #speed = 0;
  #most = MOST;

  /** How many connections may carry bytes now. */
  get most(): number {
    return Math.min(this.shared ? SHARED : MOST, this.#most);
  }

  /** Runs `work` once a connection is free. */
  async hold<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#busy >= this.most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#busy++;
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      this.#busy--;
      while (this.#busy < this.most && this.#waiting.length) {
        this.#busy++;
        this.#waiting.shift()?.();
      }
    }
  }

  /** Notes that one of the connections moved `bytes` in `milliseconds`. Small bodies say more of latency than of speed. */
  note(bytes: number, milliseconds: number): void {
    if (bytes < MEBIBYTE / 4) return;
    const speed = (bytes * 1000) / Math.max(1, milliseconds);
    this.#speed = this.#speed ? this.#speed * 0.6 + speed * 0.4 : speed;
    this.#most = Math.max(1, Math.min(MOST, Math.round((this.#speed * this.#busy) / USEFUL), this.#most + 1));
  }

  /** Notes that a connection was cut or refused: half as many from now on, until it goes well again. */
  cut(): void {
    this.#most = Math.max(1, this.#most >> 1);
    this.#speed /= 2;
  }

  /**
   * How large the next part should be, in whole MiB, with so many bytes `left` to be cut and so many parts at once. Before anything was
   * measured it is no more than `preferred`, and half of what the file would allow: connections that are cut early lose less. Towards the
   * end of a file parts get smaller, so that no connection is done long before the others.
   */
  partSize(preferred: number, left: number, parallel = MOST): number {
    const lines = Math.min(this.most, parallel);
    const share = left / (CAUTION * lines);
    const first = lines > 1 ? Math.min(share / 2, preferred) : preferred;
    const size = this.#speed ? Math.min(this.#speed * SECONDS, Math.max(share, this.#speed * LEAST)) : first;
    return Math.max(1, Math.round(size / MEBIBYTE)) * MEBIBYTE;
  }
}
