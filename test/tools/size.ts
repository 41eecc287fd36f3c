// The size gate: what a page downloads, after a bundler.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { ROOT } from './checkout.mjs';
import { tallyLine } from './tally.mjs';

/** What a page says to have something, and how many bytes (gzip) that may cost. */
const ENTRIES: { name: string; source: string; limit?: number }[] = [
  {
    name: 'lit, @lit/context and @uppy/core alone',
    source: `export { css, html, LitElement, nothing } from 'lit';
      export { ContextConsumer, ContextProvider, createContext } from '@lit/context';
      export { BasePlugin, Uppy } from '@uppy/core';`,
  },
  {
    name: '<ferry-upload>, <ferry-progress>, relay client',
    source: `import './src/elements/upload.ts'; import './src/elements/progress.ts'; export { relayBackend } from './src/relay/client.ts';`,
    limit: 32_000,
  },
  { name: 'everything, with <ferry-provider> and memory', source: `export * from './src/index.ts';` },
  { name: '<ferry-progress>', source: `import './src/elements/progress.ts';` },
  { name: 'relay client', source: `export { relayBackend } from './src/relay/client.ts';` },
  { name: 'memory', source: `export { memory } from './src/adapters/memory.ts';` },
];

const measure = async (source: string): Promise<{ minified: number; gzip: number }> => {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: ROOT },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['production', 'browser'],
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    logLevel: 'error',
  });
  const bytes = outputFiles[0]!.contents;
  return { minified: bytes.byteLength, gzip: gzipSync(bytes, { level: 9 }).byteLength };
};

let failed = 0;
const rows: Record<string, { minified: number; gzip: number; limit: number | '' }> = {};
for (const { name, source, limit } of ENTRIES) {
  const { minified, gzip } = await measure(source);
  rows[name] = { minified, gzip, limit: limit ?? '' };
  if (limit !== undefined && gzip > limit) {
    failed += 1;
    console.log(`✖ ${name} is ${gzip} bytes (gzip); it may be ${limit}.`);
  }
}
console.table(rows);
console.log(tallyLine(failed === 0 ? 1 : 0, failed));
process.exitCode = failed;
