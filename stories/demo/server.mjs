// The demo: a relay on a folder and on simulated services, and the pages beside this file. Started by start.mjs, which brings dist.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';
import { serve } from '../../dist/server.js';

const DEFAULT_PORT = 4400;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const root = process.env.FILES ?? here('../../files');
const port = Number(process.env.PORT ?? DEFAULT_PORT);

// The simulated services are run as they are written.
register();
const { choices } = await import('./backends.ts');
const { mailRoutes } = await import('./mail.ts');
const { pageFor } = await import('./page.ts');
const { startCatcher } = await import('../../test/tools/smtp.ts');
const offered = JSON.stringify(choices.map(({ name, label, about }) => ({ name, label, about })));
const catcher = await startCatcher();
const mails = mailRoutes(catcher);
const page = pageFor(choices.flatMap(({ storage }) => storage ?? []));
const routes = (request) =>
  new URL(request.url).pathname === '/backends.json'
    ? new Response(offered, { headers: { 'content-type': 'application/json' } })
    : (page(request) ?? mails(request));

const started = await Promise.all(choices.flatMap(({ name, open }) => (open ? open().then((opened) => ({ name, ...opened })) : [])));
const end = async (code) => {
  await Promise.all([catcher, ...started.map(({ service }) => service)].map((one) => one?.close()));
  process.exit(code);
};

try {
  await mkdir(root, { recursive: true });
  const backends = Object.fromEntries(started.map(({ name, backend }) => [name, backend]));
  const { url, close } = await serve({
    root,
    port,
    backends,
    routes,
    pages: here('.'),
    mail: { smtp: catcher.url, from: 'Ferrykit <demo@example.com>' },
  });
  console.log(`The demo is at ${url} (uploaded files are kept in ${root}; Ctrl+C stops it)`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void close().then(() => end(0)));
} catch (error) {
  const taken = error.code === 'EADDRINUSE';
  console.error(taken ? `Port ${port} is taken; choose another one, such as PORT=${port + 1} npm start.` : error.message);
  await end(1);
}
