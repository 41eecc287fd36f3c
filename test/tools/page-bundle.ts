import type { BuildOptions } from 'esbuild';

/** How scripts of a page are bundled, as an integrator would. */
export const PAGE: BuildOptions = {
  bundle: true,
  format: 'esm',
  jsx: 'automatic',
  platform: 'browser',
  target: 'es2022',
  tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
  conditions: ['production', 'browser'],
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
  logLevel: 'error',
};
