// The size gate: what a page downloads of the shipped files, as Rollup and Terser bundle them, split where the code imports by itself.
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rollup, type OutputChunk } from 'rollup';
import { ROOT } from './checkout.mjs';
import { tallyLine } from './tally.mjs';

/** Bytes (gzip): what the page waits for; what else an upload of a small file and of a large one takes; and with what may never be needed. */
interface Size {
  first: number;
  small: number;
  large: number;
  all: number;
}

/** Modules that are loaded when their case arises, and whether that is every upload of a large file. */
const LATER: Readonly<Record<string, { large: boolean }>> = {
  'uploads/deliveries.js': { large: false },
  'elements/together.js': { large: false },
  'elements/send.options.js': { large: false },
  'elements/send.outcome.js': { large: false },
  'elements/send.qr.js': { large: false },
  'elements/progress.delivery.js': { large: false },
  'elements/send.sent.js': { large: false },
  'elements/send.request.js': { large: false },
};

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
    source: `import './dist/elements/upload.js'; import './dist/elements/progress.js'; export { relayBackend } from './dist/relay/client.js';`,
    limit: { first: 21_750, small: 43_100, large: 43_100, all: 48_600 },
  },
  {
    name: '<ferry-browser>, relay client',
    source: `import './dist/elements/browser.js'; export { relayBackend } from './dist/relay/client.js';`,
    limit: { first: 62_200, small: 83_550, large: 83_550, all: 88_350 },
  },
  {
    name: '<ferry-upload>, <ferry-browser>, relay client',
    source: `import './dist/elements/upload.js'; import './dist/elements/browser.js'; export { relayBackend } from './dist/relay/client.js';`,
    limit: { first: 67_050, small: 88_400, large: 88_400, all: 93_850 },
  },
  {
    name: '<ferry-provider>, <ferry-send>',
    source: `import './dist/elements/provider.js'; import './dist/elements/send.js';`,
    limit: { first: 38_950, small: 62_850, large: 62_850, all: 81_000 },
  },
  { name: 'everything, with <ferry-provider> and memory', source: `export * from './dist/index.js';` },
  { name: '<ferry-progress>', source: `import './dist/elements/progress.js';` },
  { name: 'relay client', source: `export { relayBackend } from './dist/relay/client.js';` },
  { name: 'memory', source: `export { memory } from './dist/adapters/memory.js';` },
];

const PAGE = `${ROOT}page.js`;

const bundle = async (source: string): Promise<OutputChunk[]> => {
  const page = {
    name: 'page',
    resolveId: (id: string) => (id === PAGE ? id : null),
    load: (id: string) => (id === PAGE ? source : null),
  };
  const resolve = nodeResolve({ browser: true, exportConditions: ['browser', 'production'] });
  const made = await rollup({ input: PAGE, plugins: [page, resolve, commonjs(), json({ preferConst: true })] });
  const minify = terser({ module: true, ecma: 2020, compress: { passes: 2 }, format: { comments: false } });
  const { output } = await made.generate({ format: 'es', plugins: [minify] });
  return output.filter((file) => file.type === 'chunk');
};

const laterOf = ({ facadeModuleId }: OutputChunk): { large: boolean } | undefined =>
  facadeModuleId ? LATER[relative(`${ROOT}dist`, facadeModuleId).split(sep).join('/')] : undefined;

/** A chunk and what it imports at once. */
const reach = (chunks: OutputChunk[], from: OutputChunk[]): Set<OutputChunk> => {
  const reached = new Set(from);
  for (const { imports } of reached) for (const chunk of chunks) if (imports.includes(chunk.fileName)) reached.add(chunk);
  return reached;
};

const measure = async (source: string): Promise<Size> => {
  const chunks = await bundle(source);
  const bytes = (wanted: (chunk: OutputChunk) => boolean): number => {
    let sum = 0;
    for (const chunk of reach(chunks, chunks.filter(wanted))) sum += gzipSync(chunk.code, { level: 9 }).byteLength;
    return sum;
  };
  return {
    first: bytes(({ isEntry }) => isEntry),
    small: bytes((chunk) => !laterOf(chunk)),
    large: bytes((chunk) => laterOf(chunk)?.large !== false),
    all: bytes(() => true),
  };
};

let failed = 0;
const rows: Record<string, Size> = {};
for (const { name, source, limit } of ENTRIES) {
  const size = await measure(source);
  rows[name] = size;
  if (!limit) continue;
  rows[`  at most: ${name}`] = limit;
  const over = (Object.keys(limit) as (keyof Size)[]).filter((figure) => size[figure] > limit[figure]);
  failed += over.length && 1;
  for (const figure of over) console.log(`✖ ${name}: "${figure}" is ${size[figure]} bytes (gzip); it may be ${limit[figure]}.`);
}
console.table(rows);
console.log(tallyLine(failed === 0 ? 1 : 0, failed));
process.exitCode = failed;
