import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small server of a site, which pages of any origin may ask. */
export interface Answering {
  url: string;
  /** While it is set, everything is refused with it. */
  refuses: number | undefined;
  close: () => void;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}

/** Starts one that says in JSON what `answer` does, and 404 where that is nothing. */
export async function startAnswering(answer: (method: string, url: URL, body: string) => Promise<unknown>): Promise<Answering> {
  const server = createServer((request, response) => {
    const say = (status: number, value: unknown): void => {
      const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*', 'access-control-allow-methods': '*' };
      response.writeHead(status, { ...cors, 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    void (async () => {
      const { method = '', url = '' } = request;
      if (method === 'OPTIONS') say(200, {});
      else if (answering.refuses !== undefined) say(answering.refuses, {});
      else {
        const value = await answer(method, new URL(url, 'http://site'), await textOf(request));
        say(value === undefined ? 404 : 200, value ?? {});
      }
    })().catch((error: unknown) => say(500, { message: String(error) }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const answering: Answering = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    refuses: undefined,
    close: () => server.close(),
  };
  return answering;
}
