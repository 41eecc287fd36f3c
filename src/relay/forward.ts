import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { BackendError } from '../backend/errors.js';

/** A request that carries bytes on to a store. */
export interface ForwardRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  /** Bytes of the body. */
  length: number;
  signal: AbortSignal;
}

/** What the store answered. */
export interface ForwardAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string | undefined>;
  body: string;
}

/** Sends bytes on as they come, no faster than the store takes them. */
export type Forward = (request: ForwardRequest, bytes: ReadableStream<Uint8Array>) => Promise<ForwardAnswer>;

/** Milliseconds without a byte in either direction after which a store counts as gone. */
const SILENCE = 120_000;

/** Most characters of an answer that are kept. */
const MOST = 100_000;

/** {@link Forward} for Node, whose `fetch` would hold what the store does not take yet in memory. */
export const forwardByNode: Forward = ({ url, method, headers, length, signal }, bytes) =>
  new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? secure : plain;
    const request = send(url, { method, headers: { ...headers, 'content-length': length }, signal, timeout: SILENCE });
    const fail = (cause: unknown): void => {
      reject(new BackendError('server', `The store at "${new URL(url).host}" cannot be reached, or stopped listening.`, { cause }));
    };
    request.on('timeout', () => request.destroy(new Error(`Nothing was heard for ${SILENCE / 1000} s.`)));
    request.on('error', fail);
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        if (body.length < MOST) body += text;
      });
      response.on('error', fail);
      response.on('end', () => {
        const received = Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]);
        resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(received) as ForwardAnswer['headers'], body });
        // A store that refuses before it has heard everything does not hear the rest.
        if (!request.writableFinished) request.destroy();
      });
    });
    // Where the store has answered already, its answer counts and not that it stopped listening.
    pipeline(bytes, request).catch(fail);
  });
