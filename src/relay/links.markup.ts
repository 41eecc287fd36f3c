const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A text as it stands in HTML, between tags or in quotes. */
export const escape = (text: string): string => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);

/** A name in plain text, so that its direction ends with it (Unicode's first strong isolate). */
export const isolate = (name: string): string =>
  /[\u0590-\u08ff\ufb1d-\ufefc\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(name) ? `\u2068${name}\u2069` : name;

/** HTML that may stand in a page as it is. Made by {@link markup} alone. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What can be put into a page. */
export type Content = Markup | string | number | undefined | false | readonly Content[];

function written(content: Content): string {
  if (content instanceof Markup) return String(content);
  if (content === undefined || content === false) return '';
  return typeof content === 'object' ? content.map(written).join('') : escape(String(content));
}

/** Writes HTML: whatever is put in is escaped, unless it was written by this too. */
export const markup = (texts: TemplateStringsArray, ...contents: Content[]): Markup =>
  new Markup(texts.reduce((whole, text, index) => `${whole}${written(contents[index - 1])}${text}`));
