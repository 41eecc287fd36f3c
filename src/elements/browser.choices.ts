import type { Order } from './browser.order.js';

/** How items are shown. */
export type View = 'list' | 'grid';

/** How much room a line takes. */
export type Density = 'comfortable' | 'compact';

/** What a person has chosen about the look of the browser. */
export interface Choices {
  view?: View;
  density?: Density;
  order?: Order;
  columns?: string[];
  details?: boolean;
}

const isOrder = (value: unknown): value is Order =>
  typeof value === 'object' &&
  value !== null &&
  'by' in value &&
  typeof value.by === 'string' &&
  'direction' in value &&
  (value.direction === 'ascending' || value.direction === 'descending');

/** Reads what was kept; whatever is not as expected is left out. */
export function readChoices(text: string | null): Choices {
  let kept: unknown;
  try {
    kept = JSON.parse(text ?? '{}');
  } catch {
    kept = {};
  }
  const { view, density, order, columns, details } = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, unknown>;
  return {
    ...((view === 'list' || view === 'grid') && { view }),
    ...((density === 'comfortable' || density === 'compact') && { density }),
    ...(isOrder(order) && { order: { by: order.by, direction: order.direction } }),
    ...(Array.isArray(columns) && { columns: columns.filter((id): id is string => typeof id === 'string') }),
    ...(typeof details === 'boolean' && { details }),
  };
}

/** What is kept from one visit to the next, in this browser; where it keeps nothing, for as long as the page stands. */
export class KeptChoices {
  readonly #key: string;
  #choices: Choices;

  /** `name` tells one browser of a site from another. */
  constructor(name: string) {
    this.#key = `ferrykit.browser.${name}`;
    let text: string | null = null;
    try {
      text = localStorage.getItem(this.#key);
    } catch {
      // A page may be kept from storing anything.
    }
    this.#choices = readChoices(text);
  }

  get now(): Choices {
    return this.#choices;
  }

  /** Takes note of a choice; `undefined` takes one back. */
  choose(choice: { [Key in keyof Choices]?: Choices[Key] | undefined }): void {
    const chosen = Object.entries({ ...this.#choices, ...choice }).filter(([, value]) => value !== undefined);
    this.#choices = Object.fromEntries(chosen);
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#choices));
    } catch {
      // As above.
    }
  }
}
