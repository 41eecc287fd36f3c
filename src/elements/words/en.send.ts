import type { ErrorCode } from '../../backend/errors.js';
import { en, type Plural } from './en.js';

/** What only `<ferry-send>` says, in English; as in en.ts, with no key of another file of words. */
export const enSend = {
  'send-element': 'Send files',
  'send-title': { one: 'Send one item', other: 'Send {n} items' } as Plural,
  'send-title-one': 'Send {name}',
  'send-missing': 'Nothing can be sent here yet.',
  'send-nothing': 'There is nothing to send yet.',
  'send-now': 'Send',
  'send-close': 'Close',

  'send-to': 'To',
  'send-people': 'Recipients',
  'send-remove': 'Remove {name}',
  'send-edit': 'Press Enter to change it, Delete to remove it.',
  'send-added': { one: 'One recipient added', other: '{n} recipients added' } as Plural,
  'send-removed': '{name} removed',
  'send-twice': { one: 'One was there already', other: '{n} were there already' } as Plural,
  'send-all': { one: 'and one more', other: 'and {n} more' } as Plural,
  'send-most': { one: 'One recipient at most', other: '{n} recipients at most' } as Plural,
  'send-address-incomplete': '{name} is no complete e-mail address',
  'send-address-malformed': '{name} is no e-mail address',
  'send-address-line-break': 'A line break cannot be in an address or a name',
  'send-address-too-long': '{name} is too long for an e-mail address',

  'send-subject': 'Subject',
  'send-message': 'Message',

  'send-uploading': 'Uploading…',
  'send-sending': 'Sending…',
  'send-done': 'Sent',
  'send-state-sent': 'Sent',
  'send-state-accepted': 'Accepted by the service',
  'send-state-dropped': 'Not sent',
  'send-state-unknown': 'The service does not say',
  'send-state-delivered': 'Delivered',
  'send-state-bounced': 'Came back',
  'send-state-downloaded': 'Downloaded',

  'send-error-forbidden': 'You may not send this',
  'send-error-not-found': 'Something of it is not there any more',
  'send-error-not-allowed': 'The service does not allow this',
  'send-error-changed': 'Something of it has changed meanwhile',
  'send-error-expired': 'It took too long, please try again',
} satisfies Partial<Record<keyof typeof en, never>> & Partial<Record<`send-error-${ErrorCode}`, string>> & Record<string, string | Plural>;

Object.assign(en, enSend);
