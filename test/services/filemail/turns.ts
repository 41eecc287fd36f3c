import { knobs, type Knobbed, type Knobs } from '../knobs.js';

const DAY = 86_400;

/** What tests turn at Filemail, beside what every service has. Origins are called `api`, `files` and `alternate`. */
export interface FilemailKnobs extends Knobs {
  /** The next requests that match are answered so, with nothing done: what is no answer of this service at all. */
  instead(pattern: RegExp, answer: () => Response, times?: number): void;
  /** Statuses that the next chunks are answered with, one each, with nothing kept: 406 and 449 ask for the same request again. */
  refuseChunks: number[];
  /** Most bytes of one request to a file server. More than 50 MB is not guaranteed, in megabytes of a million bytes. */
  maxChunk: number;
  /** Whether `initialize` tells a second file server. */
  alternates: boolean;
  /** How success is spelled: `OK` today, `ok` in older samples. */
  ok: string;
  /** The unit of the times in answers, of which the documentation tells none. */
  timeUnit: 's' | 'ms';
  /** Where an answer of version 2 has a transfer: as `data` in all samples but one. */
  transferIn: 'data' | 'data.transfer' | 'root';
  /** Whether a key alone may open a transfer. One client reports that it may not. */
  keySuffices: boolean;
  /** Whether the sender too must tell a transfer's password to read it, as the documentation says without exception. */
  passwordForSender: boolean;
  /** Whether a transfer can only be closed by the API that opened it. One client says so. */
  apisApart: boolean;
  /** Seconds that a login token lives. */
  loginLifetime: number;
  /** Seconds that a refresh token lives. */
  refreshLifetime: number;
  /** Failed sign-ins of one address before they are limited. */
  loginTries: number;
  /** Seconds that a download URL lives. */
  downloadLifetime: number;
  /** Entries of a list, when `limit` does not say. */
  pageSize: number;
  /** Files that a transfer shows in a list; how many more there are it says. */
  filesShown: number;
  /** Bytes that a company may keep. */
  storageLimit: number;
  /** Bytes of one transfer. */
  maxTransferSize: number;
  /** Longest life of a transfer in days, and whether it may be permanent. */
  maxDays: number;
  permanent: boolean;
  maxRecipients: number;
  /** Requests that keys may make in a day, all together. */
  dailyQuota: number;
  /** Names of files that are taken for infected. */
  infected: RegExp | undefined;
  /** Addresses that mail cannot be delivered to. */
  bounces: RegExp | undefined;
}

/** The side of the knobs that the service's app turns to. */
export interface FilemailKnobbed extends FilemailKnobs, Knobbed {
  /** The answer that `instead` has for a request, where it has one. */
  replacement(line: string): Response | undefined;
}

/** The knobs at rest: what the documentation says. */
export function filemailKnobs(): FilemailKnobbed {
  const planned: { pattern: RegExp; answer: () => Response; left: number }[] = [];
  return {
    ...knobs(),
    instead: (pattern, answer, times = 1) => planned.push({ pattern, answer, left: times }),
    replacement(line) {
      const plan = planned.find(({ pattern, left }) => left > 0 && pattern.test(line));
      if (plan) plan.left--;
      return plan?.answer();
    },
    refuseChunks: [],
    maxChunk: 50_000_000,
    alternates: true,
    ok: 'OK',
    timeUnit: 's',
    transferIn: 'data',
    keySuffices: true,
    passwordForSender: false,
    apisApart: false,
    loginLifetime: 7 * DAY,
    refreshLifetime: 90 * DAY,
    loginTries: 10,
    downloadLifetime: 3600,
    pageSize: 1000,
    filesShown: 1000,
    storageLimit: Infinity,
    maxTransferSize: Infinity,
    maxDays: 90,
    permanent: true,
    maxRecipients: Infinity,
    dailyQuota: Infinity,
    infected: undefined,
    bounces: undefined,
  };
}
