import { open, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { Readable } from 'node:stream';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Answers a file as a page gets it; `undefined` where there is none. */
export async function answerFile(request: Request, path: string): Promise<Response | undefined> {
  const handle = await open(path).catch(() => undefined);
  const stats = await handle?.stat();
  if (!handle || !stats?.isFile()) {
    await handle?.close();
    return undefined;
  }
  const headers = {
    'content-type': TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    'content-length': String(stats.size),
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
  };
  if (request.method === 'HEAD' || stats.size === 0) {
    await handle.close();
    return new Response(null, { headers });
  }
  return new Response(Readable.toWeb(handle.createReadStream()) as ReadableStream<Uint8Array>, { headers });
}

/** Answers a file of a folder, `index.html` for a folder; `undefined` for what is hidden, outside or not there. */
export async function answerFrom(request: Request, folder: string, path: string): Promise<Response | undefined> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  let name: string;
  try {
    name = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  if (/(^|[\\/])\.|\0|\\/.test(name)) return undefined;
  const wanted = join(folder, name.endsWith('/') || name === '' ? `${name}index.html` : name);
  const real = await Promise.all([realpath(folder), realpath(wanted)]).catch(() => undefined);
  return real?.[1].startsWith(real[0] + sep) ? answerFile(request, real[1]) : undefined;
}
