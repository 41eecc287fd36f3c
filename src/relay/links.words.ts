const DATE = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', hourCycle: 'h23', timeZone: 'UTC' });
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size as people read it: 1.2 MB. */
export function sizeText(bytes: number): string {
  const step = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const figure = bytes / 1000 ** step;
  const digits = step > 0 && figure < 100 ? 1 : 0;
  return new Intl.NumberFormat('en', {
    style: 'unit',
    unit: UNITS[step],
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: digits,
  }).format(figure);
}

/** A moment as people read it, wherever they are. */
export const dateText = (at: number): string => `${DATE.format(at)} UTC`;

export const countText = (count: number, one: string, many: string): string => `${count === 1 ? 'one' : count} ${count === 1 ? one : many}`;

/** All that the pages and mails of links say. */
export const WORDS = {
  brand: 'Files',
  forYou: 'Files for you',
  filesAsked: 'Files are asked for',
  from: 'From',
  until: 'Until',
  download: 'Download',
  downloadAll: 'Download all (ZIP)',
  downloadFolder: 'Download this folder (ZIP)',
  folder: 'Folder',
  contents: 'Files',
  allFiles: 'All files',
  more: 'Next page',
  nothing: 'There is nothing in this folder.',
  gone: 'No longer there',
  allGone: 'Nothing of what was sent is there any more.',
  password: 'Password',
  passwordAsked: 'The files are protected. Whoever sent them to you knows the password.',
  unlock: 'Continue',
  wrong: 'This is not the password.',
  help: 'Questions',
  missing: ['No such link', 'Nothing was found under this address. Perhaps a part of it was lost on its way to you.'],
  expired: ['This link has expired', 'Ask whoever sent it to you for a new one.'],
  revoked: ['This link was withdrawn', 'Whoever sent it to you has taken it back.'],
  over: ['This link was used up', 'It was downloaded as often as whoever sent it allows.'],
  stale: ['This download has expired', 'Open the link again, and start the download from there.'],
  lost: ['This file is no longer there', 'It was deleted or moved since it was sent to you.'],
  failed: ['Something went wrong', 'Try again in a while.'],
  throttled: (seconds: number): [string, string] => [
    'Too many wrong passwords',
    `Try again in ${countText(Math.ceil(seconds / 60), 'minute', 'minutes')}.`,
  ],
  noUploads: 'This page cannot take files; ask whoever wrote to you.',
} as const;
