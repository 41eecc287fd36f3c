import { ERRORS, type ErrorCode } from './documentation.js';

/** A request that the service does not grant, by the code of its table. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  /** The object it is about, told in `<id>`, or in the error's `id` where others succeeded. */
  readonly id: string | undefined;
  /** An attribute that one client reads and no document names. */
  readonly info: string | undefined;

  constructor(code: ErrorCode, more: { text?: string; id?: string; info?: string } = {}) {
    super(more.text ?? ERRORS[code][1]);
    this.code = code;
    this.id = more.id;
    this.info = more.info;
  }
}
