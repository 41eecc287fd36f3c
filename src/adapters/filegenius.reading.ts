import { BackendError } from '../backend/errors.js';
import type { Ref } from '../backend/item.js';
import { parseAnswer } from './filegenius.answers.js';
import { meaningOf } from './filegenius.errors.js';
import type { View } from './filegenius.folders.js';

/** Most characters of an answer that is no file. */
const MOST = 100_000;

/** Whether an answer is a file: those alone are named in a header, and an error may come as 200. */
const isFile = ({ ok, headers }: Response): boolean => ok && (headers.has('content-disposition') || headers.has('file-name'));

/** What an answer that is no file means; it may come with any HTTP status. */
async function refusal(deed: string, response: Response): Promise<BackendError> {
  const length = Number(response.headers.get('content-length') ?? 0);
  const text = length > MOST ? '' : await response.text();
  const meant = meaningOf({ text, status: response.status });
  if (meant) return new BackendError(meant.code, `${deed} failed: ${meant.reason ?? 'the service refused it'}.`);
  const what = parseAnswer(text) === undefined ? 'with something that is no file' : 'with something else than the file';
  return new BackendError('server', `${deed} failed: the service answered ${String(response.status)}, ${what}.`);
}

/** Lets bytes through from `skip` on, `length` of them, and stops the source there. Fails where it ends too early. */
function slice(bytes: ReadableStream<Uint8Array>, skip: number, length: number, cutOff: () => BackendError): ReadableStream<Uint8Array> {
  const reader = bytes.getReader();
  let toSkip = skip;
  let left = length;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          if (left === 0) {
            controller.close();
            // nobody waits for the source to hear it
            reader.cancel().catch(() => undefined);
            return;
          }
          const { done, value } = await reader.read().catch(() => {
            throw cutOff();
          });
          if (done) throw cutOff();
          const wanted = value.subarray(Math.min(toSkip, value.length)).subarray(0, left);
          toSkip = Math.max(0, toSkip - value.length);
          if (wanted.length === 0) continue;
          left -= wanted.length;
          controller.enqueue(wanted);
          return;
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** A file's bytes. Whether the service knows ranges is not documented: it is asked for one, and what it sends too much is passed over. */
export async function read(view: View, ref: Ref, { start, end }: { start: number; end?: number }): Promise<ReadableStream<Uint8Array>> {
  const { entry, folder } = await view.find(ref);
  const { name, size } = entry;
  if (entry.kind === 'folder') throw new BackendError('invalid', `"${name}" is a folder; only files hold bytes.`);
  if (!folder.flags.download) throw new BackendError('forbidden', `"${name}" may not be downloaded.`);
  const until = end ?? size;
  if (!(start >= 0 && start <= until && until <= size))
    throw new BackendError('invalid', `"${name}" has ${size} bytes, none from ${start} to ${until}.`);
  const deed = `Downloading "${name}"`;
  const isWhole = start === 0 && until === size;
  const wants = isWhole || start === until ? {} : { range: `bytes=${start}-${until - 1}` };
  const response = await view.site.download(deed, entry.id, wants, view.signal);
  const isPart = response.status === 206 && new RegExp(`^bytes ${start}-`).test(response.headers.get('content-range') ?? '');
  if (!isPart && !isFile(response)) throw await refusal(deed, response);
  const cutOff = (): BackendError =>
    view.signal?.aborted
      ? new BackendError('aborted', `${deed} was aborted.`)
      : new BackendError('server', `${deed} failed: the bytes ended before the file did.`);
  return slice(response.body ?? new Blob([]).stream(), isPart ? 0 : start, until - start, cutOff);
}
