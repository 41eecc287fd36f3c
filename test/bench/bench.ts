import type { Browser } from 'playwright-core';

/** A line of a table: what was measured, by column. */
export type Row = Readonly<Record<string, string | number>>;

/** What must hold. Ratios are the gate wherever there is a peer; the rest are the limits that the project has set itself. */
export interface Gate {
  what: string;
  seen: number;
  limit: number;
  /** Whether `seen` may be at most or must be at least `limit`. */
  is: 'at most' | 'at least' | 'exactly';
  unit: string;
}

/** What a bench found out. */
export interface Findings {
  rows: Row[];
  gates: Gate[];
  /** How it was measured, where the table does not say. */
  notes: string[];
}

/** What a bench is given. */
export interface Bench {
  /** Smaller sizes and fewer repetitions. */
  quick: boolean;
  /** A folder of its own, removed when the bench ends. */
  folder: string;
  browser(): Promise<Browser>;
  /** Where CPU profiles go, where they are wanted. */
  profiles: string | undefined;
  /** Says what is going on. */
  say(line: string): void;
  /** Runs when the bench ends, however it ends; the last one first. */
  atEnd(close: () => unknown): void;
}

/** A bench by its name, and the minutes after which it is stopped. */
export interface Measure {
  title: string;
  minutes: number;
  run: (bench: Bench) => Promise<Findings>;
}

export const MIB = 2 ** 20;
export const GIB = 2 ** 30;

/** Whether a gate is kept. */
export const isKept = ({ seen, limit, is }: Gate): boolean =>
  is === 'exactly' ? seen === limit : is === 'at most' ? seen <= limit : seen >= limit;

/** The middle of several figures; of an even number the mean of the two in the middle. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/** A figure with three digits that count. */
export const short = (figure: number): number => Number(figure.toPrecision(Math.max(3, Math.ceil(Math.log10(Math.abs(figure) + 1)))));

/** Waits. */
export const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
