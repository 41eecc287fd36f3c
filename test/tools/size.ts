// The size gate: what a page downloads, after a bundler that splits where the code imports by itself.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { ROOT } from './checkout.mjs';
import { tallyLine } from './tally.mjs';

/** Bytes (gzip): `first` is what the page waits for, `all` also what it loads when it is there. */
interface Size {
  first: number;
  all: number;
}

/** What a page says to have something, and how much that may cost. */
const ENTRIES: { name: string; source: string; limit?: Size }[] = [
  {
    name: 'lit, @lit/context and @uppy/core alone',
    source: `export { css, html, LitElement, nothing } from 'lit';
      export { ContextConsumer, ContextProvider, createContext } from '@lit/context';
      export { BasePlugin, Uppy } from '@uppy/core';`,
  },
  {
    name: '<ferry-upload>, <ferry-progress>, relay client',
    source: `import './src/elements/upload.ts'; import './src/elements/progress.ts'; export { relayBackend } from './src/relay/client.ts';`,
    limit: { first: 24_000, all: 43_800 },
  },
  { name: 'everything, with <ferry-provider> and memory', source: `export * from './src/index.ts';` },
  { name: '<ferry-progress>', source: `import './src/elements/progress.ts';` },
  { name: 'relay client', source: `export { relayBackend } from './src/relay/client.ts';` },
  { name: 'memory', source: `export { memory } from './src/adapters/memory.ts';` },
];

const measure = async (source: string): Promise<Size> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: ROOT },
    bundle: true,
    splitting: true,
    outdir: 'out',
    write: false,
    metafile: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['production', 'browser'],
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none',
    logLevel: 'error',
  });
  const outputs = Object.entries(metafile.outputs);
  const first = new Set(outputs.filter(([, { entryPoint }]) => entryPoint === '<stdin>').map(([path]) => path));
  // What a file of the first load imports at once is part of it.
  for (const path of first) {
    for (const { path: imported, kind } of metafile.outputs[path]?.imports ?? []) if (kind === 'import-statement') first.add(imported);
  }
  const size = { first: 0, all: 0 };
  for (const [index, [path]] of outputs.entries()) {
    const bytes = gzipSync(outputFiles[index]!.contents, { level: 9 }).byteLength;
    size.all += bytes;
    if (first.has(path)) size.first += bytes;
  }
  return size;
};

let failed = 0;
const rows: Record<string, Size & { limit: string }> = {};
for (const { name, source, limit } of ENTRIES) {
  const size = await measure(source);
  rows[name] = { ...size, limit: limit ? `${limit.first}, ${limit.all}` : '' };
  if (limit && (size.first > limit.first || size.all > limit.all)) {
    failed += 1;
    console.log(`✖ ${name}: ${size.first} bytes (gzip) at first and ${size.all} in all; it may be ${limit.first} and ${limit.all}.`);
  }
}
console.table(rows);
console.log(tallyLine(failed === 0 ? 1 : 0, failed));
process.exitCode = failed;
