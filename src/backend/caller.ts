import type { Conflict } from './upload.js';

/** What one user may put into a backend. Checked when an upload opens, while its bytes stream, and by the stored size at the end. */
export interface Limits {
  /** Bytes of one file. */
  maxFileSize?: number;
  /** As in an `accept` attribute: `.pdf`, `image/*`, `text/plain`. What a file announces as its type is the page's word; its ending is not. */
  types?: string[];
  /** Files begun in one day (UTC). */
  files?: number;
  /** Bytes begun in one day (UTC). */
  bytesPerDay?: number;
  /** What may be done about a name that is taken; all that the backend can when absent. Where `replace` and `ask` are missing, nothing is learned of what is there. */
  conflicts?: Conflict[];
}

/** For whom a relay asks. A backend that keeps something for each user tells them apart by it; most take no notice. */
export interface Caller {
  /** The name that the backend has at the relay. */
  backend: string;
  user: string;
  /** The id of the folder above which this user sees nothing; `''` is the backend's own root. */
  root: string;
  /** Whether what others with this root sent is shown to them too. */
  all?: boolean;
  limits?: Limits;
}
