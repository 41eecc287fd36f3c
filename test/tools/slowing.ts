import { passOn, startFront, type Front } from './front.js';

/** A store at another address, which sometimes has too much to do. */
export interface Slowing {
  endpoint: string;
  /** Answers before each request whether it is turned away. */
  isTooMuch: (method: string, url: string) => boolean;
  close: Front['close'];
}

/** What S3 says then (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
const SLOW_DOWN =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** Stands before a store and lets through, untouched, what is not turned away. */
export async function slowDown(endpoint: string): Promise<Slowing> {
  const { url: address, close } = await startFront((incoming, outgoing) => {
    const { method = '', url = '' } = incoming;
    if (!slowing.isTooMuch(method, url)) {
      passOn(incoming, outgoing, endpoint, () => outgoing.destroy());
      return;
    }
    incoming.resume().once('end', () => {
      outgoing.writeHead(503, { 'content-type': 'application/xml', 'access-control-allow-origin': '*' }).end(SLOW_DOWN);
    });
  });
  const slowing: Slowing = { endpoint: address, isTooMuch: () => false, close };
  return slowing;
}
