import { toBackendError, type ErrorCode } from '../backend/errors.js';
import type { Item, Json, Outcome, Ref } from '../backend/item.js';
import type { Conflict } from '../backend/upload.js';
import { newOperation } from './operation.js';
import { refOf } from './ref.js';

/** Items that one call is given: few enough that progress is seen, and that stopping does not take long. */
const BATCH = 25;
/** Milliseconds before a call is repeated whose work goes on. */
const AGAIN = 100;
/** Seconds before a call is repeated that could not be made; the service's own word comes first. */
const BACK_OFF = [1, 4];
/** The longest time that a service is waited for, in seconds. */
const PATIENCE = 30;

/** What can be done with many items at once. */
export type DeedKind = 'move' | 'copy' | 'remove' | 'rename';

/** What a person can answer when a name is taken. */
export type Choice = 'replace' | 'rename' | 'skip';

/** What each call is told besides its items. */
export interface CallHow {
  conflict: Conflict;
  operation: string;
  ticket?: Json;
}

/** What a {@link Deed} does, and with what. */
export interface DeedOptions {
  kind: DeedKind;
  items: readonly Item[];
  /** Does it with some of them. */
  call: (items: Ref[], how: CallHow) => Promise<Outcome[]>;
  /** An item is done. `replaced`: it took the place of another one, so that there is no way back. */
  onDone: (before: Item, after: Item | undefined, replaced: boolean) => void;
  onChange: () => void;
  wait?: (milliseconds: number) => Promise<void>;
}

/** An item that something could not be done with. */
export interface Failure {
  item: Item;
  code: ErrorCode;
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Something done with many items: in batches, each item with its own outcome. It can be stopped, and goes on after an error. */
export class Deed {
  readonly kind: DeedKind;
  readonly total: number;
  state: 'working' | 'asking' | 'stopping' | 'ended' = 'working';
  /** It was ended before all items had their turn. */
  stopped = false;
  done: Item[] = [];
  skipped: Item[] = [];
  failed: Failure[] = [];
  /** The item whose name is taken at its destination, while `state` is `asking`; `more`: and others after it. */
  question: { item: Item; more: boolean } | undefined;
  readonly #options: DeedOptions;
  readonly #wait: (milliseconds: number) => Promise<void>;
  #answer: ((choice: Choice | undefined) => void) | undefined;
  /** What was answered for all. */
  #forAll: Choice | undefined;

  constructor(options: DeedOptions) {
    this.#options = options;
    this.#wait = options.wait ?? sleep;
    this.kind = options.kind;
    this.total = options.items.length;
  }

  /** How many items have had their turn. */
  get settled(): number {
    return this.done.length + this.skipped.length + this.failed.length;
  }

  /** Does it; resolves when it has ended, well or not. */
  run(): Promise<void> {
    return this.#work(this.#options.items);
  }

  /** Tries again what has failed. */
  retry(): Promise<void> {
    const again = this.failed.map(({ item }) => item);
    this.failed = [];
    this.stopped = false;
    return this.#work(again);
  }

  /** Ends it after the call that is under way, whose outcome counts. */
  stop(): void {
    if (this.state === 'ended') return;
    this.state = 'stopping';
    this.#answer?.(undefined);
    this.#options.onChange();
  }

  /** Answers the question; `forAll`: every later one too. */
  answer(choice: Choice, forAll: boolean): void {
    if (forAll) this.#forAll = choice;
    this.#answer?.(choice);
  }

  async #work(items: readonly Item[]): Promise<void> {
    this.#turn('working');
    const taken: Item[] = [];
    await this.#inBatches(items, this.#forAll ?? 'ask', taken);
    while (taken.length && !this.#isStopping) {
      const choice = this.#forAll ?? (await this.#ask(taken));
      if (!choice) break;
      const next = taken.splice(0, this.#forAll ? taken.length : 1);
      this.#turn('working');
      if (choice === 'skip') this.skipped.push(...next);
      else await this.#inBatches(next, choice);
    }
    this.stopped = this.#isStopping;
    this.#turn('ended');
  }

  get #isStopping(): boolean {
    return this.state === 'stopping';
  }

  #turn(state: Deed['state']): void {
    if (!this.#isStopping || state === 'ended') this.state = state;
    this.#options.onChange();
  }

  #ask([item, ...others]: readonly Item[]): Promise<Choice | undefined> {
    if (!item) return Promise.resolve(undefined);
    this.question = { item, more: others.length > 0 };
    this.#turn('asking');
    return new Promise((resolve) => {
      this.#answer = (choice) => {
        this.question = this.#answer = undefined;
        resolve(choice);
      };
    });
  }

  /** `taken` collects the items whose name is taken; without it they have failed. */
  async #inBatches(items: readonly Item[], conflict: Conflict, taken?: Item[]): Promise<void> {
    for (let at = 0; at < items.length && !this.#isStopping; at += BATCH) {
      await this.#batch(items.slice(at, at + BATCH), { conflict, operation: newOperation() }, taken);
      this.#options.onChange();
    }
  }

  async #batch(items: readonly Item[], how: CallHow, taken: Item[] | undefined): Promise<void> {
    const outcomes = await this.#call(items, how);
    const pending = new Map<string, { ticket: Json; items: Item[] }>();
    for (const [index, item] of items.entries()) {
      const outcome = outcomes[index];
      if (!outcome) this.failed.push({ item, code: 'server' });
      else if ('pending' in outcome) {
        const { ticket } = outcome.pending;
        const key = JSON.stringify(ticket);
        const same = pending.get(key) ?? { ticket, items: [] };
        same.items.push(item);
        pending.set(key, same);
      } else this.#settle(item, outcome, how.conflict, taken);
    }
    for (const { ticket, items: rest } of pending.values()) {
      if (this.#isStopping) return;
      this.#options.onChange();
      await this.#wait(AGAIN);
      await this.#batch(rest, { ...how, ticket }, taken);
    }
  }

  #settle(item: Item, outcome: Exclude<Outcome, { pending: unknown }>, conflict: Conflict, taken: Item[] | undefined): void {
    if ('skipped' in outcome) this.skipped.push(item);
    else if ('error' in outcome) {
      const { code } = outcome.error;
      if (code === 'exists' && taken) taken.push(item);
      else this.failed.push({ item, code });
    } else {
      this.done.push(item);
      this.#options.onDone(item, 'item' in outcome ? outcome.item : undefined, conflict === 'replace');
    }
  }

  /** One call. One that could not be made is made again a few times; then its items have failed, and the others have their turn. */
  async #call(items: readonly Item[], how: CallHow): Promise<Outcome[]> {
    const refs = items.map(refOf);
    for (let tries = 0; ; tries++) {
      try {
        return await this.#options.call(refs, how);
      } catch (thrown) {
        const error = toBackendError(thrown);
        const { code, message, retryable, retryAfter } = error;
        const pause = retryAfter ?? BACK_OFF[tries];
        if (!retryable || pause === undefined || tries >= BACK_OFF.length || this.#isStopping)
          return refs.map(({ id }) => ({ id, error: { code, message } }));
        await this.#wait(Math.min(pause, PATIENCE) * 1000);
      }
    }
  }
}
