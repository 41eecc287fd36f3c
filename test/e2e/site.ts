import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve, type ServeOptions } from '../../src/relay/serve.js';

/** The strictest policy that a page of an integrator may have. */
export const STRICT =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; require-trusted-types-for 'script'";

/** A relay on a folder of its own, with pages that hold nothing but the elements. */
export interface Site {
  url: string;
  /** The folder that the backend `disk` keeps its files in. */
  root: string;
  /** Stops answering; what was uploaded stays. */
  stop(): Promise<void>;
  /** Answers again, at the same address. */
  start(): Promise<void>;
  /** Stops and removes everything. */
  remove(): Promise<void>;
  /** Path → sha-256 of every file in the folder. */
  stored(): Promise<Record<string, string>>;
}

const page = (body: string, policy: string): Response =>
  new Response(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title><script src="/ferrykit.min.js"></script>${body}</html>`,
    {
      headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy },
    },
  );

/** Settings of a site, besides those of its relay. */
export interface SiteOptions extends ServeOptions {
  /** Origins to which the pages may send bytes. */
  storage?: readonly string[];
}

/**
 * Starts a site. `/upload?…` is a page with one `<ferry-upload>` to the folder, whose attributes the query names; `/upload/name?…` one to
 * another backend of the relay; `/memory` needs no relay. `/browser?…` is one with a `<ferry-browser>` in a form, between two buttons, and a
 * `<ferry-send>`; `/request/token` one for whoever has the token of a request.
 */
export async function openSite({ storage = [], ...options }: SiteOptions = {}): Promise<Site> {
  const root = await mkdtemp(join(tmpdir(), 'ferrykit-site-'));
  const policy = STRICT.replace("connect-src 'self'", ["connect-src 'self'", ...storage].join(' '));
  const routes = (request: Request): Response | undefined => {
    const { pathname, search } = new URL(request.url);
    const attributes = decodeURIComponent(search.slice(1)).replaceAll('&', ' ');
    const [, kind, backend = 'disk'] = pathname.split('/');
    const upload = `<ferry-upload ${attributes}></ferry-upload>`;
    if (kind === 'upload') return page(`<ferry-provider relay="/relay" backend="${backend}">${upload}</ferry-provider>`, policy);
    const browser = `<form><button>Before</button><ferry-browser ${attributes}></ferry-browser><button>After</button></form>`;
    if (kind === 'browser')
      return page(`<ferry-provider relay="/relay" backend="${backend}">${browser}<ferry-send></ferry-send></ferry-provider>`, policy);
    if (kind === 'request')
      return page(
        `<ferry-provider relay="/relay" backend="disk" token="${backend}"><ferry-upload multiple></ferry-upload></ferry-provider>`,
        policy,
      );
    if (kind === 'memory') return page(`<ferry-provider backend="memory">${upload}</ferry-provider>`, policy);
    // Browsers ask for it unasked.
    return pathname === '/favicon.ico' ? new Response(null, { status: 204 }) : undefined;
  };
  let port = 0;
  const begin = () => serve({ root, port, routes, ...options });
  let serving = await begin();
  port = Number(new URL(serving.url).port);
  return {
    url: serving.url,
    root,
    stop: () => serving.close(),
    start: async () => {
      serving = await begin();
    },
    remove: async () => {
      await serving.close();
      await rm(root, { recursive: true, force: true });
    },
    stored: () => digests(root),
  };
}

/** SHA-256 of a file, read as a stream. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Path → sha-256 of every file below a folder, but for hidden folders. */
export async function digests(folder: string): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  const walk = async (path: string): Promise<void> => {
    for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
      const below = path ? `${path}/${entry.name}` : entry.name;
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.')) await walk(below);
      } else all[below] = await sha256(join(folder, below));
    }
  };
  await walk('');
  return all;
}
