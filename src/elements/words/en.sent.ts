import { en, type Plural } from './en.js';

/** What `<ferry-send>` says of what was sent and asked for, in English; as in en.ts. Loaded where that is looked at. */
export const enSent = {
  'sent-title': 'What was sent',
  'sent-none': 'Nothing was sent yet.',
  'sent-loading': 'Loading…',
  'sent-more': 'Show more',
  'sent-back': 'Back',
  'sent-untitled': 'Without a subject',
  'sent-on': 'Sent {date}',
  'sent-by-link': 'By link',
  'sent-others': { one: 'and one more', other: 'and {n} more' } as Plural,
  'sent-revoked': 'Revoked',
  'sent-over': 'Over',
  'sent-over-since': 'Over since {date}',
  'sent-missed': { one: 'One not reached', other: '{n} not reached' } as Plural,
  'sent-downloads': { one: 'Downloaded once', other: 'Downloaded {n} times' } as Plural,

  'request-element': 'Ask for files',
  'request-into': 'They go into {name}.',
  'request-title': 'What is asked for',
  'request-untitled': 'Say what is asked for.',
  'request-message': 'Message',
  'request-help': 'Whom to turn to when it does not work',
  'request-make': 'Make a link',
  'request-send': 'Ask for files',
  'request-making': 'Just a moment…',
  'request-missing': 'No files can be asked for here.',
  'request-done': 'Asked for files',
  'request-link-only': 'Whoever has the link can upload, without an account.',
  'request-no-link': 'They see it when they sign in.',
  'request-open': 'Open requests',
  'request-none': 'No request is open.',
  'request-forever': 'Open',
  'request-until': 'Open until {date}',
  'request-unsure':
    'It may have gone out: the answer was lost, and the service cannot say. If you ask again, recipients may be asked twice.',
  'request-anyway': 'Ask anyway',
} satisfies Partial<Record<keyof typeof en, never>> & Record<string, string | Plural>;

Object.assign(en, enSent);
