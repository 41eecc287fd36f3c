/** What must not be seen, by what it is. */
export type Secrets = Readonly<Record<string, string>>;

/** Ways in which a secret may be written: as it is, in a URL, in a form, in hexadecimal, and in base64 wherever in a text it begins. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // The first and last letters depend on what stands around it.
    const inner = text.slice(before === 0 ? 0 : before + 1, -4);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(inner)];
  });
  const hex = bytes.toString('hex');
  const inForm = new URLSearchParams({ secret }).toString().slice('secret='.length);
  return [...new Set([secret, encodeURIComponent(secret), inForm, hex, hex.toUpperCase(), ...base64])];
}

/** Something that a browser can see. */
export interface Sight {
  /** Where: `request header`, `storage`. */
  where: string;
  /** Of what: a URL, a key. */
  of: string;
  text: string;
}

/** Which secrets are in sight, and where. */
export function leaks(sights: readonly Sight[], secrets: Secrets): string[] {
  const found = Object.entries(secrets).flatMap(([name, secret]) => {
    const forms = formsOf(secret);
    return sights
      .filter(({ text, of }) => forms.some((form) => text.includes(form) || of.includes(form)))
      .map(({ where, of }) => `${name} in ${where} of ${of.slice(0, 120)}`);
  });
  return [...new Set(found)];
}
