// The demo: a relay on a folder, and the pages beside this file. Started by start.mjs, which brings dist.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { serve } from '../../dist/server.js';

const DEFAULT_PORT = 4400;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const root = here('../../files');
const port = Number(process.env.PORT ?? DEFAULT_PORT);

try {
  await mkdir(root, { recursive: true });
  const { url, close } = await serve({ root, port, pages: here('.') });
  console.log(`The demo is at ${url} (uploaded files are kept in ./files; Ctrl+C stops it)`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void close().then(() => process.exit(0)));
} catch (error) {
  const taken = error.code === 'EADDRINUSE';
  console.error(taken ? `Port ${port} is taken; choose another one, such as PORT=${port + 1} npm start.` : error.message);
  process.exitCode = 1;
}
