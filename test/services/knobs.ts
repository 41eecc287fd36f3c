/**
 * Ways in which a request can go wrong:
 *
 * - `error`: read, then answered with a 5xx of the service's own kind, and nothing was done,
 * - `rate-limited`: the same with a 429 and `Retry-After`,
 * - `cut`: the connection ends in the middle of the request, and nothing was done,
 * - `lost-answer`: everything was done, and the connection ends before the first byte of the answer,
 * - `cut-answer`: everything was done, and the connection ends in the middle of the answer's body.
 */
export type Fault = 'error' | 'rate-limited' | 'cut' | 'lost-answer' | 'cut-answer';

/** One request as the service saw it. The entry is made when the request arrives and filled in as it goes on. */
export interface Seen {
  /** Which of the service's origins was asked (`api`, `storage`). */
  origin: string;
  method: string;
  /** Path and query, as they came on the wire. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** Bytes of the request's body that arrived. */
  received: number;
  /** What was answered; stays `undefined` when the connection ended first. */
  status?: number;
  /** Bytes of the answer's body that were sent. */
  sent: number;
  /** What the knobs did to it. */
  fault?: Fault;
}

/**
 * What a test turns while a simulated service runs; every service has these, and most add their own.
 *
 * Requests are chosen by a pattern over one line, `origin METHOD /path?query`, as in `/^storage PUT/` or `/^api POST .*\/share$/`.
 * Preflights (`OPTIONS`) are recorded like all others and never disturbed: the page did not send them.
 */
export interface Knobs {
  /** Share of the requests that go wrong, from 0 to 1. */
  errorRate: number;
  /** Which faults `errorRate` draws from, each as likely as the others. */
  faults: readonly Fault[];
  /** Which requests `errorRate` strikes. */
  strikes: RegExp;
  /** Seconds that a 429 asks to wait. */
  retryAfter: number;
  /** Milliseconds before a request is looked at. */
  delay: number;
  /** Per origin: may pages of other origins read the answers? An origin that is not listed allows it. */
  cors: Record<string, boolean>;
  /** Every request since the start or the last `clear()`, in order of arrival. */
  readonly requests: readonly Seen[];
  /** Starts the random numbers anew, so that a run repeats. */
  seed(seed: number): void;
  /** Disturbs the next request that matches, or the next few, whatever `errorRate` says. */
  next(pattern: RegExp, fault: Fault, times?: number): void;
  /** Keeps every request that matches waiting at the door until the answered function is called. */
  hold(pattern: RegExp): () => void;
  /** The requests that match, in order of arrival. */
  seen(pattern: RegExp): Seen[];
  /** Forgets the requests seen so far. */
  clear(): void;
}

/** The side of the knobs that the server's frame turns to. */
export interface Knobbed extends Knobs {
  /** Writes down a request that just arrived. */
  record(request: Seen): void;
  /** Waits as long as `delay` and `hold` want. */
  admit(request: Seen): Promise<void>;
  /** Decides what goes wrong with a request, and writes it down. */
  draw(request: Seen): Fault | undefined;
}

/** The line that patterns are matched with. */
export function line({ origin, method, path }: Pick<Seen, 'origin' | 'method' | 'path'>): string {
  return `${origin} ${method} ${path}`;
}

/** Mulberry32: small, and the same numbers on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Knobs in their resting position: nothing goes wrong, nothing waits, every page may read. */
export function knobs(): Knobbed {
  let random = randomFrom(1);
  const requests: Seen[] = [];
  const planned: { pattern: RegExp; fault: Fault; left: number }[] = [];
  const held = new Set<{ pattern: RegExp; released: Promise<void> }>();

  return {
    errorRate: 0,
    faults: ['error', 'rate-limited', 'cut'],
    strikes: /^/,
    retryAfter: 1,
    delay: 0,
    cors: {},
    requests,
    seed: (seed) => (random = randomFrom(seed)),
    next: (pattern, fault, times = 1) => planned.push({ pattern, fault, left: times }),
    hold(pattern) {
      let release!: () => void;
      const entry = { pattern, released: new Promise<void>((resolve) => (release = resolve)) };
      held.add(entry);
      return () => {
        held.delete(entry);
        release();
      };
    },
    seen: (pattern) => requests.filter((request) => pattern.test(line(request))),
    clear: () => (requests.length = 0),

    record: (request) => requests.push(request),
    async admit(request) {
      if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay));
      await Promise.all([...held].filter(({ pattern }) => pattern.test(line(request))).map(({ released }) => released));
    },
    draw(request) {
      const plan = planned.find(({ pattern, left }) => left > 0 && pattern.test(line(request)));
      if (plan) {
        plan.left--;
        request.fault = plan.fault;
      } else if (this.errorRate > 0 && this.strikes.test(line(request)) && random() < this.errorRate) {
        const fault = this.faults[Math.floor(random() * this.faults.length)];
        if (fault) request.fault = fault;
      }
      return request.fault;
    },
  };
}
