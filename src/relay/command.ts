#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { serve, type ServeOptions } from './serve.js';

const HELP = `ferrykit serve --root ./files

Runs a relay: pages that load /ferrykit.min.js from it can upload to the folder.

  --root <folder>     files, served as the backend "disk"
  --port <number>     8080 unless told otherwise
  --host <address>    127.0.0.1 unless told otherwise
  --pages <folder>    pages to serve beside the relay
  --origin <origin>   another origin whose pages may use the relay; may be repeated
  --smtp <url>        a mail server, such as smtp://user:password@mail.example.com:587, to send from the folder
  --from <address>    who writes: "Files <files@example.com>"
  --public-url <url>  where recipients reach this server, such as https://files.example.com
  --proxied           a proxy stands before it, and says in X-Forwarded-For where requests come from
  --config <file>     a module that exports the options of serve(); ferrykit.config.mjs where there is one
  --open              lets everybody who can reach the address do everything
`;

const OPTIONS = {
  root: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  pages: { type: 'string' },
  origin: { type: 'string', multiple: true },
  smtp: { type: 'string' },
  from: { type: 'string' },
  'public-url': { type: 'string' },
  proxied: { type: 'boolean' },
  config: { type: 'string' },
  open: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

async function configured(file: string | undefined): Promise<ServeOptions> {
  const path = resolve(file ?? 'ferrykit.config.mjs');
  if (file === undefined && !existsSync(path)) return {};
  const module = (await import(pathToFileURL(path).href)) as { default?: ServeOptions };
  if (!module.default) throw new Error(`"${path}" exports no default; expected are the options of serve().`);
  return module.default;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`--port ${text}: expected is a number from 0 to 65535.`);
  return port;
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [command, ...surplus] = positionals;
  if (values.help || command === undefined) {
    console.log(HELP);
    return;
  }
  if (command !== 'serve' || surplus.length > 0) throw new Error(`"${positionals.join(' ')}" is no command; expected is "serve".`);
  const { root, host, pages, open, port, origin, smtp, from, proxied, 'public-url': publicUrl } = values;
  if ((smtp === undefined) !== (from === undefined)) throw new Error('--smtp and --from go together.');
  const mail = smtp === undefined || from === undefined ? undefined : { smtp, from };
  const flags = { root, host, pages, open, port: port === undefined ? undefined : portOf(port), origins: origin, mail, publicUrl, proxied };
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)) as ServeOptions;
  const serving = await serve({ ...(await configured(values.config)), ...given });
  console.log(`Ferrykit serves ${serving.url}, its relay is ${serving.relay}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void serving.close().then(() => process.exit(0));
    });
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
