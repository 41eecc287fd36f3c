import type { Item } from '../backend/item.js';
import { itemOr } from './links.drafts.js';
import type { LinkGround } from './links.ground.js';
import { escape, isolate } from './links.markup.js';
import type { LinkRecord } from './links.records.js';
import { countText, dateText, sizeText } from './links.words.js';
import type { Letter } from './links.writing.js';

/** Most files that a mail names. */
const MOST = 20;

/** A paragraph of a mail: in both forms, the HTML one escaped. */
interface Part {
  text: string;
  html: string;
}

const paragraph = (text: string): Part => ({ text, html: `<p style="margin:0 0 16px">${escape(text).replace(/\r?\n/g, '<br>')}</p>` });

/** Somebody else's words, marked as such. */
const quote = (text: string): Part => ({
  text: text.replace(/^/gm, '> '),
  html: `<blockquote style="margin:0 0 16px;padding:0 0 0 12px;border-left:2px solid #d5dae0;white-space:pre-wrap">${escape(text)}</blockquote>`,
});

const button = (label: string, url: string): Part => ({
  text: `${label}:\n${url}`,
  html: `<p style="margin:0 0 16px"><a href="${escape(url)}" style="display:inline-block;padding:10px 16px;border-radius:6px;background:#0b5cd6;color:#fff;text-decoration:none">${escape(label)}</a></p><p style="margin:0 0 16px;font-size:13px;color:#59636e;overflow-wrap:anywhere">${escape(url)}</p>`,
});

/** Names and sizes; each name by itself, whichever way it is written. */
function list(items: Pick<Item, 'name' | 'size'>[], more: number): Part {
  const lines = items.map(({ name, size }) => ({ name, size: size === undefined ? '' : ` (${sizeText(size)})` }));
  const rest = more > 0 ? [`and ${countText(more, 'other', 'others')}`] : [];
  return {
    text: [...lines.map(({ name, size }) => `- ${isolate(name)}${size}`), ...rest.map((line) => `- ${line}`)].join('\n'),
    html: `<ul style="margin:0 0 16px;padding:0 0 0 20px">${[...lines.map(({ name, size }) => `<li><bdi>${escape(name)}</bdi>${escape(size)}</li>`), ...rest.map((line) => `<li>${escape(line)}</li>`)].join('')}</ul>`,
  };
}

const letter = (subject: string, parts: Part[], more: Pick<Letter, 'replyTo' | 'headers'> = {}): Letter => ({
  subject,
  text: `${parts.map(({ text }) => text).join('\n\n')}\n`,
  html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(subject)}</title></head><body style="margin:0;padding:24px 16px;font:15px/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff"><div style="max-width:560px">${parts.map(({ html }) => html).join('')}</div></body></html>`,
  ...more,
});

const until = ({ expires }: LinkRecord): Part[] => (expires === undefined ? [] : [paragraph(`The link works until ${dateText(expires)}.`)]);
const locked = ({ password }: LinkRecord): Part[] =>
  password === undefined ? [] : [paragraph('A password is asked for, which is not in this mail: whoever sent it knows it.')];

/** How many there are, and of what. */
function whatOf(sent: readonly Pick<Item, 'kind'>[]): string {
  const folders = sent.filter(({ kind }) => kind === 'folder').length;
  if (folders === 0) return countText(sent.length, 'file', 'files');
  return folders === sent.length ? countText(folders, 'folder', 'folders') : `${sent.length} files and folders`;
}

/** The mail that brings a link to files; of a `forward`, with the message that goes with that. */
export async function letterOfDelivery(ground: LinkGround, id: string, record: LinkRecord, operation: string): Promise<Letter> {
  const sent = await ground.records.items(id);
  const shown = await Promise.all(sent.slice(0, MOST).map(async (item) => (await itemOr(ground, item)) ?? item));
  const { sender, subject, message, messages } = record;
  const what = whatOf(sent);
  const said = messages?.[operation] ?? message;
  return letter(
    subject ?? (sender === undefined ? `For you: ${what}` : `${sender} sends you ${what}`),
    [
      paragraph(sender === undefined ? `You were sent ${what}.` : `${sender} sends you ${what}.`),
      ...(said === undefined ? [] : [quote(said)]),
      list(shown, sent.length - shown.length),
      button('Show the files', ground.urlOf(id).href),
      ...locked(record),
      ...until(record),
    ],
    sender === undefined ? {} : { replyTo: { name: '', address: sender } },
  );
}

/** The mail that asks for files. */
export function letterOfRequest(ground: LinkGround, id: string, record: LinkRecord): Letter {
  const { subject = '', message, help } = record;
  return letter(subject, [
    paragraph(`You are asked for files: ${subject}`),
    ...(message === undefined ? [] : [quote(message)]),
    button('Upload files', ground.urlOf(id).href),
    ...(help === undefined ? [] : [quote(help)]),
    ...locked(record),
    ...until(record),
  ]);
}

/** The mail that tells of the first download. */
export function letterOfReceipt(record: LinkRecord, at: number): Letter {
  const { subject, people } = record;
  const to = people.map(({ recipient }) => recipient.email ?? '').filter(Boolean);
  const named = subject === undefined ? 'The files that you sent' : `“${subject}”`;
  return letter(
    subject === undefined ? 'Your files were downloaded' : `Downloaded: ${subject}`,
    [
      paragraph(`${named} was downloaded for the first time on ${dateText(at)}.`.replace('sent was', 'sent were')),
      ...(to.length === 0 ? [] : [paragraph(`You sent them to ${to.slice(0, MOST).join(', ')}${to.length > MOST ? ' and others' : ''}.`)]),
    ],
    { headers: { 'Auto-Submitted': 'auto-generated' } },
  );
}
