import { XMLParser } from 'fast-xml-parser';
import { BackendError } from '../backend/errors.js';

/** Elements of an answer: texts, trees, and lists of both. */
export type Tree = Readonly<Record<string, unknown>>;

const SEVERAL = ['Contents', 'CommonPrefixes', 'Upload', 'Part', 'Error'];

// Keys come percent-encoded (`encoding-type=url`), so the five entities of XML are all that is needed, and none can grow.
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  isArray: (name, path) => SEVERAL.includes(name) && typeof path === 'string' && path.includes('.'),
});

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const NAMED = /&(?:(lt|gt|quot|apos|amp)|#(\d{1,7})|#x([\da-f]{1,6}));/gi;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads the root element of an answer; nothing where there is none, or where it was cut off. */
export function rootIn(text: string): { name: string; tree: Tree } | undefined {
  const name = /<([A-Za-z][\w.-]*)/.exec(text)?.[1];
  if (name === undefined || !new RegExp(`</${name}\\s*>\\s*$|<${name}\\b[^<>]*/>\\s*$`).test(text)) return undefined;
  try {
    const root = (parser.parse(text) as Tree)[name];
    return { name, tree: isTree(root) ? root : {} };
  } catch {
    return undefined;
  }
}

/** The root of an answer that must have this name. */
export function treeOf(text: string, name: string, deed: string): Tree {
  const root = rootIn(text);
  if (root?.name !== name) throw new BackendError('server', `${deed} failed: the store answered something that is no ${name}.`);
  return root.tree;
}

/** A text of an element; nothing where it has none. */
export function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.replace(NAMED, (_, name?: string, decimal?: string, hex?: string) =>
    name
      ? (ENTITIES[name.toLowerCase()] ?? '')
      : String.fromCodePoint(Math.min(0x10ffff, decimal ? Number(decimal) : parseInt(hex ?? '0', 16))),
  );
}

/** A key or prefix of a listing. AWS writes a space as a plus, others as `%20`; a plus of the key is `%2B` with all. */
export function keyIn(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    return text;
  }
}

/** Elements of one name: none, one or many. */
export const listOf = (value: unknown): Tree[] => (Array.isArray(value) ? value.filter(isTree) : []);

/** A text as it stands in XML. */
export const escaped = (text: string): string => text.replace(/[<>&"'\r\n\t]/g, (mark) => `&#${String(mark.codePointAt(0))};`);
