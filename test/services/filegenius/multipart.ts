/** What stands in front of the bytes of one part of a form. */
export interface PartHead {
  name: string;
  /** As it was sent between its quotes, with `\"` and `\\` undone; `%22` is no escape here, as PHP reads it. */
  filename: string | undefined;
}

/** The boundary of a form, where a body is one. */
export function boundaryOf(contentType: string): string | undefined {
  const [, quoted, plain] = /^multipart\/form-data\s*;.*?boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  return quoted ?? plain;
}

function parameter(header: string, name: string): string | undefined {
  const [, value] = new RegExp(`;\\s*${name}="((?:\\\\.|[^"\\\\])*)"`, 'i').exec(header) ?? [];
  return value?.replace(/\\(["\\])/g, '$1');
}

function readHead(text: string): PartHead {
  const disposition = text.split('\r\n').find((header) => /^content-disposition:/i.test(header)) ?? '';
  return { name: parameter(disposition, 'name') ?? '', filename: parameter(disposition, 'filename') };
}

/** Reads a form part by part, never more of it than what arrived at once. `take` must read the bytes of each to their end. */
export async function readMultipart(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
  take: (head: PartHead, bytes: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  // The line break before the first boundary is not sent, and all the others have one.
  let waiting = Buffer.from('\r\n');

  const fill = async (): Promise<void> => {
    const next = await chunks.next();
    if (next.done) throw new Error('The form ended too early.');
    waiting = Buffer.concat([waiting, next.value]);
  };
  async function* until(mark: string): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = waiting.indexOf(mark);
      const ready = waiting.subarray(0, at === -1 ? Math.max(waiting.length - mark.length + 1, 0) : at);
      waiting = waiting.subarray(at === -1 ? ready.length : at + mark.length);
      if (ready.length > 0) yield ready;
      if (at !== -1) return;
      await fill();
    }
  }

  const toFirst = until(`\r\n--${boundary}`);
  while (!(await toFirst.next()).done);
  for (;;) {
    while (waiting.length < 2) await fill();
    if (waiting.subarray(0, 2).toString() === '--') break;
    const head: Uint8Array[] = [];
    for await (const piece of until('\r\n\r\n')) head.push(piece);
    await take(readHead(Buffer.concat(head).toString()), until(`\r\n--${boundary}`));
  }
  while (!(await chunks.next()).done);
}
