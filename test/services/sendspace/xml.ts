/** One element: with attributes, with text, or with others inside. */
export interface Element {
  name: string;
  /** Those that are `undefined` are left out. */
  attributes?: Readonly<Record<string, string | number | undefined>>;
  text?: string | number;
  children?: readonly Element[];
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

// What XML 1.0 has no way to write.
const UNWRITABLE = /(?![\t\n\r\x7f-\x9f])[\p{Cc}\p{Surrogate}\ufffe\uffff]/gu;

/** A text as it stands between tags or quotes; line ends as references, so that attributes keep them. */
export function escaped(text: string): string {
  return text
    .replaceAll(UNWRITABLE, '')
    .replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '')
    .replaceAll(/[\t\n\r]/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
}

function lines({ name, attributes = {}, text, children }: Element, indent: string): string {
  const told = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('');
  if (children) return `${indent}<${name}${told}>\n${children.map((child) => lines(child, `${indent}\t`)).join('')}${indent}</${name}>\n`;
  if (text !== undefined) return `${indent}<${name}${told}>${escaped(String(text))}</${name}>\n`;
  return `${indent}<${name}${told}/>\n`;
}

/** A document: with a declaration, one element a line, as the recorded answers are. */
export function xml(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${lines(root, '')}`;
}
