/** One part of a form. Its body must be read to its end before the next part is asked for. */
export interface Section {
  name: string;
  /** Absent for fields that are no files. */
  filename: string | undefined;
  type: string;
  body: AsyncIterable<Uint8Array>;
}

/** A form that is none. */
export class MalformedForm extends Error {}

/** The boundary that a request names; boundaries of some clients stand in quotes. */
export function boundaryOf(type: string | null): string | undefined {
  const [, quoted, bare] = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(type ?? '') ?? [];
  return quoted ?? bare;
}

/** A quoted parameter as PHP reads it: a backslash hides a quote or a backslash, and nothing else is decoded. */
function parameter(header: string, name: string): string | undefined {
  const [, quoted, bare] = new RegExp(`;\\s*${name}=(?:"((?:\\\\["\\\\]|[^"])*)"|([^\\s;]+))`, 'i').exec(header) ?? [];
  return quoted?.replaceAll(/\\(["\\])/g, '$1') ?? bare;
}

/** What a path leaves: some clients send the one from their own disk. */
const lastOf = (path: string): string => path.split(/[/\\]/).at(-1) ?? '';

/** Reads a form as it comes, without holding a file in memory. The ending may be malformed after its boundary, as one client's is. */
export async function* readForm(bytes: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Section> {
  const source = bytes[Symbol.asyncIterator]();
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first boundary has no line end before it.
  let held = Buffer.from('\r\n');

  const more = async (): Promise<void> => {
    const next = await source.next();
    if (next.done) throw new MalformedForm('The form ends in the middle.');
    held = Buffer.concat([held, next.value]);
  };
  const take = (length: number): Buffer => {
    const taken = held.subarray(0, length);
    held = held.subarray(length);
    return taken;
  };
  const through = async (mark: Buffer | string): Promise<Buffer> => {
    for (;;) {
      const at = held.indexOf(mark);
      if (at >= 0) return take(at + mark.length);
      if (held.length > 65_536) throw new MalformedForm('A header is too long.');
      await more();
    }
  };
  async function* body(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = held.indexOf(delimiter);
      const length = at >= 0 ? at : held.length - delimiter.length + 1;
      if (length > 0) yield take(length);
      if (at >= 0) {
        take(delimiter.length);
        return;
      }
      await more();
    }
  }

  await through(delimiter);
  for (;;) {
    while (held.length < 2) await more();
    if (take(2).toString() !== '\r\n') break;
    // A part without headers has its empty line at once.
    held = Buffer.concat([Buffer.from('\r\n'), held]);
    const headers = (await through('\r\n\r\n')).toString('utf8');
    const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? '';
    const name = parameter(disposition, 'name');
    if (name === undefined) throw new MalformedForm('A part has no name.');
    const filename = parameter(disposition, 'filename');
    const type = /^content-type:\s*(.*?)\s*$/im.exec(headers)?.[1] ?? '';
    yield { name, filename: filename === undefined ? undefined : lastOf(filename), type, body: body() };
  }
  // The rest is of no interest, but a client that is still writing it wants it read.
  while (!(await source.next()).done);
}
