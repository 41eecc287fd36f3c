/** Compares names as people order them: `file2` before `file10`; case and accents count last. */
export const natural = new Intl.Collator(undefined, { numeric: true }).compare;

/** A text as a search compares it: forms and case do not count. */
export const plainly = (text: string): string => text.normalize().toLowerCase();

const ZERO = 48;
const NINE = 57;
/** Ranks start here, so that no key holds a control character. */
const FIRST_RANK = 33;
/** Longest name that has a key; a number in it can have as many digits as ranks are left. */
const LONGEST = 90;

/** The rank of each plain character in the collator's order, which languages differ in; 0 for every other. */
const ranks = new Uint8Array(128);
for (const [index, character] of Array.from(' _-.()0123456789abcdefghijklmnopqrstuvwxyz').sort(natural).entries()) {
  ranks[character.charCodeAt(0)] = ranks[character.toUpperCase().charCodeAt(0)] = FIRST_RANK + index;
}

const codes = new Uint8Array(2 * LONGEST);
const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/**
 * A text whose plain order is the natural order of the name, but that case does not count; `undefined` for a name that only the
 * collator can order. A number becomes the rank of `0`, how many digits it has, and its digits.
 */
export function keyOf(name: string): string | undefined {
  const { length } = name;
  if (length > LONGEST) return undefined;
  let end = 0;
  for (let at = 0; at < length; at++) {
    const code = name.charCodeAt(at);
    const rank = ranks[code];
    if (!rank) return undefined;
    if (!isDigit(code)) {
      codes[end++] = rank;
      continue;
    }
    while (name.charCodeAt(at) === ZERO && isDigit(name.charCodeAt(at + 1))) at++;
    codes[end] = ranks[ZERO] ?? 0;
    const count = end + 1;
    for (end += 2; isDigit(name.charCodeAt(at)); at++) codes[end++] = name.charCodeAt(at);
    codes[count] = FIRST_RANK + end - count;
    at--;
  }
  return String.fromCharCode.apply(null, codes.subarray(0, end) as unknown as number[]);
}
