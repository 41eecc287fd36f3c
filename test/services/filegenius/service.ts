import type { Value } from './answers.js';
import type { Content } from './contents.js';
import { invalid, required } from './errors.js';
import type { State, User } from './state.js';
import type { FileGeniusKnobbed } from './turns.js';

/** The two names of one product. */
export type Brand = 'filegenius' | 'tuyu';

/** What each call works with. */
export interface Service {
  brand: Brand;
  state: State;
  knobs: FileGeniusKnobbed;
  /** Scheme and host that clients sign, without a slash at the end. */
  url: string;
}

/** The parameters of a request, from its query or its body. */
export interface Parameters {
  text(name: string): string | undefined;
  need(name: string): string;
  number(name: string): number | undefined;
  /** 0 or 1. */
  flag(name: string): boolean;
  /** Values between commas. */
  list(name: string): string[];
}

/** A request by somebody who was recognised. */
export interface Call {
  service: Service;
  caller: User;
  parameters: Parameters;
  /** What came as `file`, and what it was called. */
  file: { name: string; content: Content } | undefined;
  /** The header `Range`. */
  range: string | undefined;
}

/** One method of the API. */
export interface Method {
  verb: 'GET' | 'POST' | 'PUT' | 'DELETE';
  act: (call: Call) => Promise<Record<string, Value> | Response> | Record<string, Value> | Response;
}

/** Methods by their names. */
export type Methods = Readonly<Record<string, Method>>;

/** Reads parameters out of the names and values that came. */
export function parametersOf(fields: ReadonlyMap<string, string>): Parameters {
  const parameters: Parameters = {
    text: (name) => fields.get(name),
    need(name) {
      const value = fields.get(name);
      if (value === undefined || value === '') throw required(name);
      return value;
    },
    number(name) {
      const value = fields.get(name);
      if (value === undefined || value === '') return undefined;
      if (!/^\d+$/.test(value)) throw invalid(name, 'a number');
      return Number(value);
    },
    flag(name) {
      const value = fields.get(name) ?? '';
      if (!/^[01]?$/.test(value)) throw invalid(name, '0 or 1');
      return value === '1';
    },
    list: (name) =>
      (fields.get(name) ?? '')
        .split(',')
        .map((value) => value.trim())
        .filter(Boolean),
  };
  return parameters;
}
