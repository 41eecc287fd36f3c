import { BackendError } from '../backend/errors.js';

/** Reads a body as text, and stops where it is longer than it may be. */
export async function readBody(request: Request, most: number): Promise<{ text: string; length: number }> {
  const refuse = (): never => {
    throw new BackendError('too-large', `The request is longer than ${most} bytes.`);
  };
  if (Number(request.headers.get('content-length')) > most) refuse();
  const reader = request.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > most) refuse();
    text += decoder.decode(value, { stream: true });
  }
  return { text: text + decoder.decode(), length };
}

/** The same, of what is sent as JSON: no form of another site can say so. */
export async function readJson(request: Request, most: number): Promise<{ text: string; length: number }> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new BackendError('invalid', 'Calls are sent as application/json.');
  return readBody(request, most);
}
