import { forwardByNode, type Forward } from '../../src/relay/forward.js';
import type { Secrets } from './secrets.js';

/**
 * A way to a service that repeats, in every answer's headers and in the words of every refusal, what it knows of whoever asks.
 * `members`: what those words stand in, in JSON or as attributes of XML.
 */
export const indiscreet =
  (secrets: () => Secrets, members: readonly string[]): typeof fetch =>
  async (...request) => {
    const response = await fetch(...request);
    const { status } = response;
    const told = Object.values(secrets()).join(' ');
    const headers = new Headers(response.headers);
    headers.set('x-debug', told);
    if (!/json|xml/.test(headers.get('content-type') ?? '')) return new Response(response.body, { status, headers });
    headers.delete('content-length');
    const text = await response.text();
    const refused = status >= 400 || /"error":|<error\b/.test(text);
    const words = new RegExp(`("(?:${members.join('|')})":\\s*"|\\b(?:${members.join('|')})=")[^"]*(?=")`, 'g');
    return new Response(refused ? text.replace(words, (_, before: string) => before + told) : text, { status, headers });
  };

/** A way for bytes to a store that does the same. */
export const indiscreetForward =
  (secrets: () => Secrets): Forward =>
  async (request, bytes) => {
    const { status, headers, body } = await forwardByNode(request, bytes);
    const told = Object.values(secrets()).join(' ');
    return { status, headers: { ...headers, 'x-debug': told }, body: status < 400 ? body : told };
  };
