import { Refusal } from './errors.js';
import type { FileGeniusKnobs } from './turns.js';

/** What an answer is made of; one member, which is also the root element in XML. */
export type Value = string | number | null | Value[] | { [name: string]: Value };

/** How a caller wants answers: by the ending of the called method. */
export type Format = 'json' | 'xml';

/** What the entries of a list are called in XML; that of people is our choice. */
const ENTRIES: Readonly<Record<string, string>> = { files: 'file', usersLocationAccess: 'user' };

const escapeText = (text: string): string =>
  text
    .replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;' })[sign] ?? '&gt;')
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');

function element(name: string, value: Value): string {
  if (value === null) return `<${name}/>`;
  if (typeof value !== 'object') return `<${name}>${escapeText(String(value))}</${name}>`;
  const inner = Array.isArray(value)
    ? value.map((entry) => element(ENTRIES[name] ?? 'item', entry))
    : Object.entries(value).map(([key, entry]) => element(key, entry));
  return `<${name}>${inner.join('')}</${name}>`;
}

/** JSON as PHP writes it: slashes escaped, and all that is not ASCII. */
const writeJson = (value: Value): string =>
  JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** An answer in the format that was asked for. */
export function answer(value: Record<string, Value>, format: Format, status = 200): Response {
  const [root = ['answer', null] as const] = Object.entries(value);
  return format === 'xml'
    ? new Response(`<?xml version="1.0" encoding="UTF-8"?>\n${element(...root)}`, { status, headers: { 'content-type': 'text/xml' } })
    : new Response(writeJson(value), { status, headers: { 'content-type': 'application/json' } });
}

/** The answer to a request that is not granted, in the style that the knobs want. */
export function answerRefusal({ errors }: FileGeniusKnobs, { title, message, status }: Refusal, format: Format): Response {
  return answer({ error: { title, message } }, format, errors === 'in-200' ? 200 : status);
}

/** What stands in front of the service when it fails or has too much to do: a page, and no `error`. */
export function failurePage(status: 429 | 503): Response {
  const words = status === 429 ? 'Too Many Requests' : 'Service Unavailable';
  return new Response(`<html><head><title>${status} ${words}</title></head><body><h1>${words}</h1></body></html>`, {
    status,
    headers: { 'content-type': 'text/html' },
  });
}
