import js from '@eslint/js';
import { configs as lit } from 'eslint-plugin-lit';
import storybook from 'eslint-plugin-storybook';
import { configs as wc } from 'eslint-plugin-wc';
import { defineConfig, globalIgnores } from 'eslint/config';
import ts from 'typescript-eslint';

const network = ['fetch', 'XMLHttpRequest'].map((name) => ({
  name,
  message: 'Elements ask the queue or the backend; they never call the network.',
}));
const dom = ['document', 'window', 'XMLHttpRequest', 'localStorage'].map((name) => ({
  name,
  message: 'This runs in a page and on a server alike.',
}));

export default defineConfig(
  globalIgnores(['dist', 'storybook-static', 'coverage', 'files', 'test/apps/*/', 'test/bench/peers']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [
      ts.configs.strictTypeChecked,
      ts.configs.stylisticTypeChecked,
      lit['flat/recommended'],
      wc['flat/recommended'],
      wc['flat/best-practice'],
    ],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    // Without this eslint-plugin-wc looks only at classes that extend HTMLElement.
    settings: { wc: { elementBaseClasses: ['LitElement'] } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  { files: ['src/elements/**'], rules: { 'no-restricted-globals': ['error', ...network] } },
  { files: ['src/backend/**', 'src/adapters/**', 'src/relay/**'], rules: { 'no-restricted-globals': ['error', ...dom] } },
  {
    files: ['test/**/*.ts', 'stories/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      // node:test answers promises that nobody awaits, and chai's assertions are expressions.
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  { files: ['stories/**/*.stories.ts'], extends: [storybook.configs['flat/recommended']] },
  // The compiler checks these names.
  { files: ['**/*.mjs'], rules: { 'no-undef': 'off' } },
);
