/** A mail as its reader sees it. */
export interface Mail {
  raw: string;
  /** By their names in lower case, words decoded. */
  headers: Record<string, string>;
  subject: string;
  /** The parts that the mail has, decoded. */
  text: string;
  html: string;
}

/** Splits headers from what follows them, and unfolds them (RFC 5322). */
function open(raw: string): { headers: Record<string, string>; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw.slice(0, end < 0 ? undefined : end).replace(/\r\n[ \t]+/g, ' ');
  const headers: Record<string, string> = {};
  for (const line of lines.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (name in headers) throw new Error(`A mail has two headers "${name}".`);
    headers[name] = decoded(line.slice(colon + 1).trim());
  }
  return { headers, body: end < 0 ? '' : raw.slice(end + 4) };
}

/** Decodes encoded words (RFC 2047), between which blanks mean nothing. */
const decoded = (text: string): string =>
  text
    .replace(/(=\?[^?]+\?[BQ]\?[^?]*\?=)\s+(?==\?)/gi, '$1')
    .replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, way: string, word: string) =>
      (way.toUpperCase() === 'B' ? Buffer.from(word, 'base64') : unquoted(word.replaceAll('_', ' '))).toString('utf8'),
    );

/** Decodes quoted-printable (RFC 2045). */
const unquoted = (text: string): Buffer =>
  Buffer.from(
    text.replace(/=\r\n/g, '').replace(/=([\dA-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))),
    'latin1',
  );

/** What stands in a part, by how it was encoded. */
function contentOf({ headers, body }: { headers: Record<string, string>; body: string }): Buffer {
  switch (headers['content-transfer-encoding']) {
    case 'base64':
      return Buffer.from(body, 'base64');
    case 'quoted-printable':
      return unquoted(body);
    default:
      return Buffer.from(body);
  }
}

/** Reads a mail of one text and one HTML part, which is how ours are made; throws for anything else. */
export function readMail(raw: string): Mail {
  const { headers, body } = open(raw);
  const [, boundary] = /^multipart\/alternative; boundary="([^"]+)"$/.exec(headers['content-type'] ?? '') ?? [];
  if (boundary === undefined) throw new Error(`A mail is of the type "${headers['content-type'] ?? ''}".`);
  const [, ...parts] = body.split(`--${boundary}`);
  if (parts.pop()?.trim() !== '--') throw new Error('A mail does not end.');
  const [text, html] = parts.map((part) => {
    const inside = open(part.replace(/^\r\n/, ''));
    return { type: inside.headers['content-type'], content: contentOf(inside).toString('utf8') };
  });
  if (text?.type !== 'text/plain; charset=utf-8' || html?.type !== 'text/html; charset=utf-8' || parts.length !== 2)
    throw new Error('A mail has other parts.');
  return { raw, headers, subject: headers['subject'] ?? '', text: text.content, html: html.content };
}
