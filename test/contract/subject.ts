import type { Backend, CallName } from '../../src/backend/backend.js';

/** One backend, freshly made and empty, and what its service can be told to do to it. */
export interface Subject {
  backend: Backend;
  /** Another user's backend on the same service: nothing of `backend` may be within its reach. */
  other?: Backend;
  /** The service may keep files under other names than those asked for. */
  renames?: boolean;
  /** Every delivery's files lie in a folder of its own, which the root lists; tests look into all of these when they look into the root. */
  apart?: boolean;
  /** An id is a link: whoever knows it may read what it names, and change nothing. The relay's claims keep it from others all the same. */
  linked?: boolean;
  /** Nobody else uses what `quota` counts. */
  alone?: boolean;
  /** The next such call does its work and loses its answer. */
  loseAnswer?: (call: CallName) => void;
  /** From now on this address cannot be sent to; with none everybody can. */
  miss?: (email?: string) => void;
  /** From now on every call takes at least so many milliseconds before it does anything. */
  slow?: (ms: number) => void;
  /** Closes and deletes whatever `make` has opened and made. */
  cleanup?: () => Promise<void> | void;
}

/** Makes a subject for one test. Called once for each test, and once before them for the capabilities. */
export type Make = () => Promise<Subject> | Subject;
