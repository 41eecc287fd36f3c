import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** HMAC-SHA256 in lower-case hex; its key is the SHA-1 of the secret, as the 40 characters of its hex form. */
export function sign(secret: string, text: string): string {
  const key = createHash('sha1').update(secret).digest('hex');
  return createHmac('sha256', key).update(text).digest('hex');
}

/** Whether a signature is that of a text. */
export function isSignature(given: string, secret: string, text: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(sign(secret, text))];
  return one.length === other.length && timingSafeEqual(one, other);
}

/**
 * What a `GET` signs, out of the URL as it came on the wire: all before its signature, which is the last parameter.
 * Nothing where the parameters before it are not in alphabetical order.
 */
export function signedPart(url: string): { text: string; signature: string } | undefined {
  const [, text, query, signature] = /^([^?]+\?([^#]*?))&signature=([^&#]*)$/.exec(url) ?? [];
  if (text === undefined || query === undefined || signature === undefined) return undefined;
  const names = query.split('&').map((pair) => pair.split('=')[0] ?? '');
  return names.every((name, index) => index === 0 || (names[index - 1] ?? '') <= name) ? { text, signature } : undefined;
}
