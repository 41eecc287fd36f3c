import { BackendError } from '../backend/errors.js';
import type { Json } from '../backend/item.js';

/** Signs what an adapter must be able to trust when it comes back. */
export interface Signer {
  /** A ticket of plain JSON with the proof that this adapter gave it, in a member of its own. */
  sign(ticket: object): Promise<Json>;
  /** Reads a ticket; one that was never given, or was changed, rejects with `not-found`. */
  open<T extends object>(ticket: Json | undefined): Promise<T>;
  /** A text by which a value can be recognised later, and which does not give it away. */
  mark(value: Json): Promise<string>;
}

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const base64url = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** A digest of a text, for keys of a store: what goes in cannot be read out of it. */
export async function digestOf(text: string): Promise<string> {
  return base64url(await crypto.subtle.digest('SHA-256', encode(text)));
}

/** Signatures by HMAC-SHA256 under the key of the service, which only the server has; `purpose` keeps those of different adapters apart. */
export function createSigner(secret: string, purpose: string): Signer {
  let made: Promise<CryptoKey> | undefined;
  const hmac = async (text: string): Promise<string> => {
    made ??= crypto.subtle.importKey('raw', encode(secret || ' '), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    return base64url(await crypto.subtle.sign('HMAC', await made, encode(`ferrykit ${purpose}\n${text}`)));
  };
  return {
    sign: async (ticket) => ({ ...(ticket as Record<string, Json>), proof: await hmac(JSON.stringify(ticket)) }),
    async open(ticket) {
      if (typeof ticket === 'object' && ticket !== null && !Array.isArray(ticket)) {
        const { proof, ...rest } = ticket;
        // Compared under another signature, so that the time it takes tells nothing.
        if (typeof proof === 'string' && (await hmac(`=${proof}`)) === (await hmac(`=${await hmac(JSON.stringify(rest))}`)))
          return rest as never;
      }
      throw new BackendError('not-found', 'This ticket is none that was given here.');
    },
    mark: (value) => hmac(`mark ${JSON.stringify(value)}`),
  };
}
