import { readFileSync, readdirSync, rmSync } from 'node:fs';
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { transform } from 'esbuild';
import esbuild from 'rollup-plugin-esbuild';

const { bin, dependencies, exports, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const packages = Object.keys({ ...dependencies, ...peerDependencies });

/** A dependency, any sub-path of one, and what Node brings stay imports. @param {string} id */
const external = (id) => id.startsWith('node:') || packages.some((name) => id === name || id.startsWith(`${name}/`));

/** `elements/words/*` is each file there. @param {string} entry */
const expand = (entry) => {
  if (!entry.endsWith('*')) return [entry];
  const folder = entry.slice(0, -'*'.length);
  return readdirSync(`src/${folder}`).map((name) => folder + name.replace(/\.ts$/, ''));
};

/** The entries are what package.json says that dist holds. */
const targets = [...Object.values(exports).map((target) => target.default ?? ''), ...Object.values(bin)];
const entries = targets
  .filter((target) => /^\.\/dist\/(?!.*\.min\.js$).*\.js$/.test(target))
  .flatMap((target) => expand(target.slice('./dist/'.length, -'.js'.length)));

const transpile = () => esbuild({ target: 'es2022', tsconfig: './tsconfig.json', sourceMap: true });

/** Every node below one, and itself. @param {any} node @returns {Generator<any>} */
function* nodesOf(node) {
  yield node;
  for (const child of Object.values(node).flat()) if (typeof child?.type === 'string') yield* nodesOf(child);
}

/** Style sheets without what only their authors need, templates without indentation: no consumer's minifier looks into them. */
const templates = {
  name: 'templates',
  /** @this {import('rollup').PluginContext} @param {string} code */
  async transform(code) {
    if (!/\b(css|html)`/.test(code)) return null;
    let written = '';
    let from = 0;
    const tagged = [...nodesOf(this.parse(code))].filter(
      ({ type, tag }) => type === 'TaggedTemplateExpression' && /^(css|html)$/.test(tag.name),
    );
    const texts = tagged.flatMap(({ tag, quasi }) =>
      quasi.quasis.map((/** @type {any} */ text) => ({ ...text, sheet: tag.name === 'css' })),
    );
    for (const { start, end, sheet } of texts.sort((a, b) => a.start - b.start)) {
      const text = code.slice(start, end);
      const short = sheet ? (await transform(text, { loader: 'css', minify: true })).code.trim() : text.replace(/\n\s+/g, '\n');
      // The code behind stays on its line, so that the source map holds.
      written += code.slice(from, start) + short + '\n'.repeat(text.split('\n').length - short.split('\n').length);
      from = end;
    }
    return { code: written + code.slice(from), map: null };
  },
};

/** @tanstack/virtual-core asks what a page without a bundler does not have. */
const environment = {
  name: 'environment',
  /** @param {string} code */
  transform: (code) =>
    code.includes('process.env.NODE_ENV') ? { code: code.replaceAll('process.env.NODE_ENV', '"production"'), map: null } : null,
};

const clean = { name: 'clean', buildStart: () => rmSync('dist', { recursive: true, force: true }) };

/** @type {import('rollup').RollupOptions[]} */
export default [
  {
    input: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
    external,
    plugins: [clean, nodeResolve({ extensions: ['.ts', '.js'] }), transpile(), templates],
    output: { dir: 'dist', format: 'es', sourcemap: true, preserveModules: true, preserveModulesRoot: 'src' },
  },
  {
    // The script tag. Uppy needs commonjs() (lodash, namespace-emitter, mime-match) and json().
    input: 'src/index.ts',
    plugins: [
      nodeResolve({ browser: true, extensions: ['.mjs', '.js', '.ts'], exportConditions: ['browser', 'production'] }),
      commonjs(),
      json({ preferConst: true }),
      environment,
      transpile(),
      templates,
    ],
    output: {
      file: 'dist/ferrykit.min.js',
      // The queue too, which modules load by themselves.
      inlineDynamicImports: true,
      format: 'iife',
      name: 'ferrykit',
      sourcemap: true,
      plugins: [terser({ ecma: 2020, compress: { passes: 2 }, format: { comments: /^!|@license/ } })],
    },
  },
];
