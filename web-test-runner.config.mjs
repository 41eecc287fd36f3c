import { esbuildPlugin } from '@web/dev-server-esbuild';
import { chromeLauncher } from '@web/test-runner-chrome';
import { build } from 'esbuild';
import puppeteer from 'puppeteer-core';
import { register } from 'tsx/esm/api';
import { chromiumFlags, findBrowser } from './test/tools/browsers.mjs';

register();
const { tallyReporter } = await import('./test/tools/wtr-tally.ts');
const { webkitLauncher } = await import('./test/tools/webkit-launcher.ts');

/** Uppy still imports CommonJS packages: each of them is served as one ES module. */
const commonjs = {
  name: 'commonjs',
  resolveImport: ({ source }) =>
    /^(lodash|namespace-emitter|mime-match|classnames)(\/|$)/.test(source) ? `/commonjs/${source}` : undefined,
  async serve({ path }) {
    if (!path.startsWith('/commonjs/')) return undefined;
    const contents = `export { default } from '${path.slice('/commonjs/'.length)}';`;
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: import.meta.dirname },
      bundle: true,
      format: 'esm',
      write: false,
    });
    return { body: outputFiles[0].text, type: 'js' };
  },
};

/** @tanstack/virtual-core asks what only a bundler knows. */
const environment = {
  name: 'environment',
  transform: ({ path, body }) =>
    path.includes('/@tanstack/') && typeof body === 'string'
      ? { body: body.replaceAll('process.env.NODE_ENV', '"production"') }
      : undefined,
};

const launchers = {
  chromium: () => chromeLauncher({ puppeteer, launchOptions: { executablePath: findBrowser('chromium'), args: chromiumFlags() } }),
  firefox: () =>
    chromeLauncher({ puppeteer, concurrency: 1, launchOptions: { browser: 'firefox', executablePath: findBrowser('firefox') } }),
  webkit: () => webkitLauncher(),
};

/** BROWSERS=chromium,firefox,webkit; Chromium alone unless asked. */
const wanted = (process.env['BROWSERS'] || 'chromium').split(',');

export default {
  files: 'test/**/*.browser.ts',
  nodeResolve: { exportConditions: ['browser', 'production'] },
  plugins: [
    commonjs,
    environment,
    // An older target strips `with { type: 'json' }`, which Uppy uses.
    esbuildPlugin({ ts: true, target: 'esnext', tsconfig: './tsconfig.json' }),
  ],
  browsers: wanted.map((name) => launchers[name]()),
  concurrentBrowsers: 1,
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  testsFinishTimeout: 180_000,
  testFramework: { config: { timeout: '10000' } },
  reporters: [tallyReporter()],
  // Only Chromium can say which lines ran.
  coverage: wanted.includes('chromium'),
  coverageConfig: { include: ['src/elements/**/*.ts', 'src/uploads/**/*.ts'], reporters: ['lcovonly'] },
};
