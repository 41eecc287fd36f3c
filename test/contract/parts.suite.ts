import { deepEqual, equal } from 'node:assert/strict';
import { describe } from 'node:test';
import type { Part, UploadedPart } from '../../src/backend/upload.js';
import { cutsOf, encoded, noise, streamOf } from './bytes.js';
import type { Bench } from './stage.js';
import { FOREIGN, refused, rejects } from './witness.js';

const WHOLE: Part = { number: 1, start: 0, end: 5 };

/** The parts of one file: in any order, again, missing, wrong, foreign; and the ends of an upload. */
export function partsSuite({ can, writes, it }: Bench): void {
  const { upload } = can;
  if (!upload) return;
  const three = cutsOf(upload, 3);

  if (three) {
    const { size, parts } = three;
    const bytes = noise(size);
    const slice = ({ start, end }: Part) => bytes.subarray(start, end);
    const [one, two, last] = parts as [Part, Part, Part];

    describe('parts', () => {
      it('may come in any order', async ({ begin, holds }) => {
        const sending = await begin('order.bin', size);
        const uploaded: UploadedPart[] = [];
        for (const part of [last, one, two]) uploaded.push(await sending.put(part, slice(part)));
        await holds(await sending.finish(inOrder(uploaded)), bytes);
      });

      it('may come all at once', async ({ begin, holds }) => {
        const sending = await begin('together.bin', size);
        const uploaded = await Promise.all(parts.map((part) => sending.put(part, slice(part))));
        await holds(await sending.finish(uploaded), bytes);
      });

      if (upload.retryParts)
        it('may come twice: the last one counts', async ({ begin, holds }) => {
          const sending = await begin('again.bin', size);
          await sending.put(two, noise(two.end - two.start, 7));
          const uploaded: UploadedPart[] = [];
          for (const part of parts) uploaded.push(await sending.put(part, slice(part)));
          await holds(await sending.finish(uploaded), bytes);
        });

      it('are all needed: with one missing nothing is made, and the upload lives on', async ({ begin, holds, names }) => {
        const sending = await begin('missing.bin', size);
        const [first, third] = [await sending.put(one, slice(one)), await sending.put(last, slice(last))];
        await rejects(sending.complete([first, third]), 'invalid');
        await rejects(sending.complete([]), 'invalid');
        if (can.list) deepEqual(await names(), []);
        const second = await sending.put(two, slice(two));
        await rejects(sending.complete([first, third]), 'invalid');
        await holds(await sending.finish([first, second, third]), bytes);
      });

      it("are refused at the end when their answers are not the store's", async ({ begin, holds, names }) => {
        const sending = await begin('wrong.bin', size);
        const uploaded: UploadedPart[] = [];
        for (const part of parts) uploaded.push(await sending.put(part, slice(part)));
        const [first, second, third] = uploaded as [UploadedPart, UploadedPart, UploadedPart];
        if (first.etag ?? first.body) {
          await rejects(sending.complete([changed(first), second, third]), 'invalid', 'forbidden');
          const swapped = [answered(first, second), answered(second, first), third];
          if (slice(one).length !== slice(two).length || (first.etag ?? first.body) !== (second.etag ?? second.body))
            await rejects(sending.complete(swapped), 'invalid', 'forbidden');
        }
        await rejects(sending.complete([{ ...first, end: first.end - 1 }, second, third]), 'invalid', 'forbidden');
        if (can.list) deepEqual(await names(), []);
        await holds(await sending.finish(uploaded), bytes);
      });

      if (upload.resume === 'parts')
        it('are told, so that an upload can go on elsewhere', async ({ begin, backend, holds }) => {
          const sending = await begin('resumed.bin', size);
          deepEqual((await backend.parts(sending.ticket)).parts, []);
          const sent = [await sending.put(last, slice(last)), await sending.put(one, slice(one))];
          const state = await backend.parts(sending.ticket);
          equal(state.item, undefined);
          deepEqual(inOrder(state.parts).map(bounds), inOrder(sent).map(bounds));
          const second = await sending.put(two, slice(two));
          await holds(await sending.finish(inOrder([...state.parts, second])), bytes);
        });

      it(upload.cuts === 'equal' ? 'must all have one size, but the last' : 'may be cut anywhere', async ({ begin, holds, names }) => {
        const step = one.end;
        const uneven = [
          { number: 1, start: 0, end: step },
          { number: 2, start: step, end: size },
        ];
        if (size - step > upload.partSize.max) return;
        const longer = [
          { number: 1, start: 0, end: step + 3 },
          { number: 2, start: step + 3, end: 2 * step + 4 },
          { number: 3, start: 2 * step + 4, end: size },
        ];
        const sending = await begin('cuts.bin', size);
        const attempt = async (cuts: Part[]) => {
          const uploaded: UploadedPart[] = [];
          for (const part of cuts) uploaded.push(await sending.put(part, slice(part)));
          return sending.finish(uploaded);
        };
        if (upload.cuts === 'free') {
          await holds(await attempt(longer), bytes);
          return;
        }
        await refused(attempt(longer));
        await refused(attempt(uneven));
        if (can.list) deepEqual(await names(), []);
      });
    });
  }

  describe('a part', () => {
    if (upload.sizeEnforced !== false)
      it('that is too short or too long is not kept, and the right one is taken after it', async ({ begin, holds, names }) => {
        const sending = await begin('length.txt', 5);
        for (const bytes of ['shor', 'longer', '']) {
          await refused(sending.put(WHOLE, encoded(bytes)).then((uploaded) => sending.complete([uploaded])));
          if (can.list) deepEqual(await names(), []);
        }
        await holds(await sending.finish([await sending.put(WHOLE, encoded('right'))]), 'right');
      });

    it('must lie within the file, and be one of the parts that it may have', async ({ begin }) => {
      const sending = await begin('bounds.txt', 5);
      const { maxParts } = upload;
      for (const part of [
        { number: 0, start: 0, end: 5 },
        { number: 1.5, start: 0, end: 5 },
        { number: 1, start: -1, end: 4 },
        { number: 1, start: 3, end: 2 },
        { number: 1, start: 0, end: 6 },
        ...(maxParts < 1e6 ? [{ number: maxParts + 1, start: 0, end: 5 }] : []),
      ])
        await refused(
          sending.put(part, new Uint8Array(Math.max(0, part.end - part.start))).then((uploaded) => sending.complete([uploaded])),
        );
    });

    if (writes) {
      it('that comes when all is complete cannot touch the file', async ({ backend, begin, holds }) => {
        const sending = await begin('late.txt', 5);
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
        const writer = writable.getWriter();
        const late = backend.write?.(sending.ticket, WHOLE, readable) ?? Promise.resolve();
        await writer.write(encoded('la'));
        const item = await sending.finish([await sending.put(WHOLE, encoded('first'))]);
        await Promise.all([
          rejects(late, ...FOREIGN),
          writer
            .write(encoded('ter'))
            .then(() => writer.close())
            .catch(() => undefined),
        ]);
        await holds(item, 'first');
      });

      it('that is under way when the upload is aborted leaves nothing', async ({ backend, begin, names }) => {
        const sending = await begin('late.txt', 5);
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
        const writer = writable.getWriter();
        const late = backend.write?.(sending.ticket, WHOLE, readable) ?? Promise.resolve();
        await writer.write(encoded('la'));
        await backend.abort(sending.ticket);
        await Promise.all([
          rejects(late, ...FOREIGN),
          writer
            .write(encoded('ter'))
            .then(() => writer.close())
            .catch(() => undefined),
        ]);
        if (can.list) deepEqual(await names(), []);
      });

      it('whose bytes stop coming ends with its signal', async ({ backend, begin }) => {
        const { ticket } = await begin('silent.txt', 5);
        const controller = new AbortController();
        const silent = new ReadableStream<Uint8Array>({ start: (stream) => stream.enqueue(encoded('si')) });
        const write = backend.write?.(ticket, WHOLE, silent, { signal: controller.signal }) ?? Promise.resolve();
        setTimeout(() => controller.abort(), 5);
        await rejects(write, 'aborted');
      });

      it('whose source breaks is not kept', async ({ backend, begin, holds }) => {
        const sending = await begin('broken.txt', 5);
        const broken = streamOf(encoded('brok')).pipeThrough(
          new TransformStream<Uint8Array, Uint8Array>({
            flush() {
              throw new Error('the disk was pulled out');
            },
          }),
        );
        await rejects(backend.write?.(sending.ticket, WHOLE, broken) ?? Promise.resolve(), 'server', 'changed', 'offline', 'invalid');
        await rejects(sending.complete([{ ...WHOLE, etag: '1' }]), 'invalid');
        await holds(await sending.finish([await sending.put(WHOLE, encoded('whole'))]), 'whole');
      });
    }
  });
}

const inOrder = (parts: UploadedPart[]) => [...parts].sort((a, b) => a.number - b.number);
const bounds = ({ number, start, end }: Part) => [number, start, end];
const answered = (part: UploadedPart, { etag, body }: UploadedPart): UploadedPart => ({
  ...bare(part),
  ...(etag !== undefined && { etag }),
  ...(body !== undefined && { body }),
});
const bare = ({ number, start, end }: Part): Part => ({ number, start, end });
const changed = (part: UploadedPart): UploadedPart =>
  part.etag === undefined ? { ...part, body: `${part.body ?? ''}x` } : { ...part, etag: `"${part.etag.replaceAll('"', '')}0"` };
