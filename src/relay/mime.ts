import { domainToASCII } from 'node:url';
import type { Mailbox, MailMessage } from './mail.js';

/** Bytes of text in one encoded word, so that a line of them with its header's name keeps to 76 characters (RFC 2047). */
const WORD = 39;

const ASCII = /^[\x20-\x7e]*$/;

/** A header's text: as it is, or in encoded words that do not cut a character. */
function words(text: string): string {
  if (ASCII.test(text) && !text.includes('=?')) return text;
  const cut: string[] = [];
  let word = '';
  for (const letter of text) {
    if (Buffer.byteLength(word + letter) > WORD) {
      cut.push(word);
      word = '';
    }
    word += letter;
  }
  return [...cut, word].map((one) => `=?UTF-8?B?${Buffer.from(one).toString('base64')}?=`).join('\r\n ');
}

/** An address as a mail server takes it: the domain in ASCII (RFC 5890), what is before it as it is. `''` where the domain is none. */
export function wireAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = domainToASCII(address.slice(at + 1));
  return domain === '' || at < 1 ? '' : `${address.slice(0, at)}@${domain}`;
}

/** Whether an address takes a server that knows SMTPUTF8 (RFC 6531). */
export const isInternational = (address: string): boolean => !ASCII.test(address.slice(0, address.lastIndexOf('@')));

function mailbox({ name, address }: Mailbox): string {
  const wire = `<${wireAddress(address)}>`;
  if (name === '') return wire;
  return `${ASCII.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : words(name)}\r\n ${wire}`;
}

const part = (type: string, text: string): string =>
  [
    `Content-Type: ${type}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    ...(Buffer.from(text.replace(/\r?\n/g, '\r\n'))
      .toString('base64')
      .match(/.{1,76}/g) ?? []),
  ].join('\r\n');

/** A mail as it goes over the wire (RFC 5322): headers, then a text and an HTML part of the same words. Throws an `Error` where a header would end early. */
export function compose({ from, to, replyTo, subject, text, html, messageId, headers = {} }: MailMessage): string {
  const boundary = `ferrykit-${messageId.replace(/[^\w]/g, '').slice(0, 40)}`;
  const lines: [name: string, given: string, written: string][] = [
    ['From', from.name + from.address, mailbox(from)],
    ['To', to.name + to.address, mailbox(to)],
    ...(replyTo ? [['Reply-To', replyTo.name + replyTo.address, mailbox(replyTo)] as [string, string, string]] : []),
    ['Subject', subject, words(subject)],
    ['Message-ID', messageId, messageId],
    ...Object.entries(headers).map(([name, value]): [string, string, string] => [name, name + value, words(value)]),
  ];
  const broken = lines.find(([, given]) => /\p{Cc}/u.test(given));
  if (broken) throw new Error(`The header "${broken[0]}" of a mail has a line break or another control character.`);
  return [
    ...lines.map(([name, , written]) => `${name}: ${written}`),
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    part('text/plain', text),
    `--${boundary}`,
    part('text/html', html),
    `--${boundary}--`,
    '',
  ].join('\r\n');
}
