/** An object that the service answered, nothing of which is sure. */
export type Fields = Readonly<Record<string, unknown>>;

/** The object that something is; an empty one where it is none. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** The objects of a list; none where it is no list. */
export const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : []);

/** A text that is not empty. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** The texts of a list, or of one text with commas, as the older shapes have it. */
export const textsOf = (value: unknown): string[] => {
  const parts: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/[\s,]+/) : [];
  return parts.flatMap((part) => (typeof part === 'number' ? String(part) : (textOf(part) ?? [])));
};

/** A number, also one that is written as a text. */
export const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};

/** An id, which the service gives as a number and may give as a text. */
export const idOf = (value: unknown): string | undefined => (typeof value === 'number' ? String(value) : textOf(value));

/** Milliseconds since 1970, from ISO 8601 or from the older `2000-01-01 01:00:00 UTC`. */
export const timeOf = (value: unknown): number | undefined => {
  if (typeof value !== 'string') return undefined;
  const old = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(value);
  const time = Date.parse(old ? `${old[1] ?? ''}T${old[2] ?? ''}Z` : value);
  return Number.isNaN(time) ? undefined : time;
};

/** A moment as the service takes it, in the years that it takes as a date of a file; `undefined` for any other. */
export const dateOf = (time: number | undefined): string | undefined =>
  time !== undefined && time > -2e12 && time < 2.5e14 ? new Date(time).toISOString() : undefined;

/** An object of only what is there. */
export const present = <T extends object>(facts: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as T;
