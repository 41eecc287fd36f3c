import type { Recipient } from '../backend/delivery.js';

/** Why something cannot be written to. */
export type AddressProblem = 'incomplete' | 'malformed' | 'line-break' | 'too-long';

/** What was found where an address was expected. */
export type Parsed = { recipient: Recipient } | { text: string; problem: AddressProblem };

/** Octets of an address, and of what stands before its `@` (RFC 5321, 4.5.3.1). */
const LONGEST = { address: 254, local: 64 };

/** Dots stand between, never at an end or two together; letters are those of any script (RFC 6531). */
const LOCAL = /^[^\s\p{C}\p{Z}@,;:<>()[\]\\".]+(\.[^\s\p{C}\p{Z}@,;:<>()[\]\\".]+)*$/u;
const LABEL = /^[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;
/** Marks that are seen nowhere, as programs put them around what is copied. */
const UNSEEN = /[\s\p{Cf}]/u;
const BREAKS = '\r\n\u0085\u2028\u2029';
const BREAK = new RegExp(`[${BREAKS}]`);
const SEPARATORS = ',;、，；\t';
const CONTROL = /\p{Cc}/u;

/** Whether a text has more octets; no letter has more than three for each of its code units. */
const isLonger = (text: string, octets: number): boolean => text.length * 3 > octets && new TextEncoder().encode(text).byteLength > octets;

/** A text without what is not seen at its ends. */
function trimmed(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && UNSEEN.test(text.charAt(from))) from++;
  while (to > from && UNSEEN.test(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

/** What is wrong with an address, if anything. Line breaks would begin another header of a mail. */
export function problemOf(email: string): AddressProblem | undefined {
  if (BREAK.test(email)) return 'line-break';
  const at = email.lastIndexOf('@');
  if (at <= 0 || at === email.length - 1) return 'incomplete';
  const local = email.slice(0, at);
  const labels = email.slice(at + 1).split('.');
  if (isLonger(email, LONGEST.address) || isLonger(local, LONGEST.local)) return 'too-long';
  if (!LOCAL.test(local) || !labels.every((label) => LABEL.test(label))) return 'malformed';
  return labels.length < 2 ? 'incomplete' : undefined;
}

/** Two recipients with the same key are one. Servers do not tell capitals apart, whatever they may. */
export const keyOf = ({ kind, id, email }: Recipient): string => (email === undefined ? `${kind} ${id ?? ''}` : email.toLowerCase());

/** One entry of a list. */
interface Piece {
  text: string;
  /** It ended with a tab: a cell of a table. */
  cell: boolean;
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', '<': '>', '(': ')' };

/** Cuts a list at commas, semicolons and tabs, where none is in quotes, in `<…>` or in `(…)`, and at the end of every line. */
function piecesOf(text: string): Piece[][] {
  const lines: Piece[][] = [];
  let line: Piece[] = [];
  let from = 0;
  const cut = (end: number, cell = false): void => {
    line.push({ text: text.slice(from, end), cell });
    from = end + 1;
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? '';
    if (CLOSING[letter]) at = closeOf(text, at, CLOSING[letter]);
    else if (BREAKS.includes(letter)) {
      cut(at);
      lines.push(line);
      line = [];
    } else if (SEPARATORS.includes(letter)) cut(at, letter === '\t');
  }
  cut(text.length);
  return [...lines, line];
}

/** Where what was opened closes; where it is never closed in its line, it was not meant to be opened. */
function closeOf(text: string, from: number, closing: string): number {
  for (let at = from + 1; at < text.length; at++) {
    const letter = text[at] ?? '';
    if (letter === '\\') at++;
    else if (letter === closing) return at;
    else if (letter === '<' || (letter === '(' && closing === ')') || BREAKS.includes(letter)) break;
  }
  return from;
}

const plain = (name: string): string =>
  trimmed(
    trimmed(name)
      .replace(/^"(.*)"$|^'(.*)'$/su, '$1$2')
      .replace(/\\(.)/gsu, '$1'),
  );

/** Somebody; or what was written, where it is no address. */
const found = (text: string, email: string, name = ''): Parsed => {
  const problem = problemOf(email) ?? (CONTROL.test(name) ? 'line-break' : undefined);
  if (problem) return { text, problem };
  return { recipient: name && name.toLowerCase() !== email.toLowerCase() ? { kind: 'email', email, name } : { kind: 'email', email } };
};

/** An address without what stands around it. */
const bare = (email: string): string =>
  trimmed(email)
    .replace(/^mailto:/i, '')
    .replace(/^(["'])(.*)\1$/u, '$2')
    .replace(/\.$/, '');

/** Reads one entry of a list: `a@b.c`, `Name <a@b.c>`, `a@b.c (Name)`, `mailto:a@b.c`, or several with nothing but spaces between. */
function read(piece: string): Parsed[] {
  const text = trimmed(piece);
  if (!text) return [];
  const angled = /^(.*?)<([^<>]*)>$/su.exec(text);
  if (angled) return [found(text, bare(angled[2] ?? ''), plain(angled[1] ?? ''))];
  const commented = /^(\S+@\S+)\s+\((.*)\)$/su.exec(text);
  if (commented) return [found(text, bare(commented[1] ?? ''), plain(commented[2] ?? ''))];
  const words = text.split(/\s+/u);
  // Only addresses: a list without separators. Else a name before its address.
  if (words.every((word) => word.includes('@'))) return words.map((word) => found(word, bare(word)));
  const last = words.at(-1) ?? '';
  const before = text.slice(0, -last.length);
  if (last.includes('@') && !/[:@]/.test(before)) return [found(text, bare(last), plain(before))];
  return [{ text, problem: text.includes('@') ? 'malformed' : 'incomplete' }];
}

/** Reads a row of a table: of several cells with one address, the others are its name. */
function readRow(pieces: Piece[]): Parsed[] {
  const cells = pieces.map(({ text }) => trimmed(text)).filter(Boolean);
  const [address, another] = cells.filter((cell) => cell.includes('@'));
  if (!pieces.some(({ cell }) => cell) || !address || another || cells.length < 2) return pieces.flatMap(({ text }) => read(text));
  const [one] = read(address);
  const name = cells
    .filter((cell) => cell !== address)
    .map(plain)
    .join(' ');
  return one && 'recipient' in one && one.recipient.name === undefined
    ? [found(cells.join(' '), one.recipient.email ?? '', name)]
    : read(address);
}

/** Reads addresses as people write and paste them: one or thousands, by commas, semicolons, tabs, spaces or lines, with names or without. */
export const parseAddresses = (text: string): Parsed[] => piecesOf(text).flatMap(readRow);
