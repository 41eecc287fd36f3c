import { readFileSync, readdirSync, rmSync } from 'node:fs';
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
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
const clean = { name: 'clean', buildStart: () => rmSync('dist', { recursive: true, force: true }) };

/** @type {import('rollup').RollupOptions[]} */
export default [
  {
    input: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
    external,
    plugins: [clean, nodeResolve({ extensions: ['.ts', '.js'] }), transpile()],
    output: { dir: 'dist', format: 'es', sourcemap: true, preserveModules: true, preserveModulesRoot: 'src' },
  },
  {
    // The script tag. Uppy needs commonjs() (lodash, namespace-emitter, mime-match) and json().
    input: 'src/index.ts',
    plugins: [
      nodeResolve({ browser: true, extensions: ['.mjs', '.js', '.ts'], exportConditions: ['browser', 'production'] }),
      commonjs(),
      json({ preferConst: true }),
      transpile(),
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
