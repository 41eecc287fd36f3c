import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));

interface Import {
  /** File under src that imports. */
  from: string;
  /** File under src that is imported. */
  to: string;
  /** Only types: nothing is loaded. */
  typeOnly: boolean;
}

/** What each folder may import besides itself. Entries (files right under src) may import anything, and nothing imports them; react and vue are what two of them consist of. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  react: ['elements'],
  vue: ['elements'],
  elements: ['uploads'],
  uploads: ['backend'],
  adapters: ['backend'],
  relay: ['backend'],
  backend: [],
};

/** Arrows more: who may import which file or folder all the same, and why. */
const EXCEPTIONS: readonly { from: RegExp; to: RegExp; typeOnly?: true; because: string }[] = [
  { from: /^elements\//, to: /^backend\//, typeOnly: true, because: 'elements may name the types of the contract' },
  { from: /^elements\//, to: /^backend\/(errors|item)\.ts$/, because: 'elements read error codes, and start at the root' },
  {
    from: /^elements\/provider\.ts$/,
    to: /^(relay\/client|adapters\/memory)\.ts$/,
    because: 'the provider makes a backend from its attributes',
  },
  { from: /^relay\/serve\.ts$/, to: /^adapters\/disk\.ts$/, because: 'the command serves a folder' },
];

/** What is wrong with an import, if anything. */
const objection = ({ from, to, typeOnly }: Import): string | undefined => {
  const [here, there] = [from, to].map((path) => (path.includes('/') ? path.split('/')[0]! : 'entry')) as [string, string];
  if (here === 'entry' || here === there) return undefined;
  if (ARROWS[here]?.includes(there)) return undefined;
  if (EXCEPTIONS.some((exception) => exception.from.test(from) && exception.to.test(to) && (typeOnly || !exception.typeOnly)))
    return undefined;
  return `${from} imports ${to}${typeOnly ? ' (types)' : ''}`;
};

/** Every import of our own files, `import()` and `export … from` too. */
const importsOf = (from: string, text: string): Import[] => {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (!specifier || !ts.isStringLiteralLike(specifier) || !specifier.text.startsWith('.')) return;
    found.push({ from, to: join(dirname(from), specifier.text).replace(/\.js$/, '.ts').split(sep).join('/'), typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const named = node.importClause?.namedBindings;
      const allTypes =
        named !== undefined && ts.isNamedImports(named) && !node.importClause?.name && named.elements.every(({ isTypeOnly }) => isTypeOnly);
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword || allTypes);
    } else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node)) add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(from, text, ts.ScriptTarget.Latest));
  return found;
};

const objectionsTo = (from: string, text: string): string[] => importsOf(from, text).flatMap((found) => objection(found) ?? []);

const sources = readdirSync(SOURCE, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name));

test('imports follow the arrows: elements → uploads → backend ← adapters, relay → backend', () => {
  const found = sources.flatMap((path) => objectionsTo(relative(SOURCE, path).split(sep).join('/'), readFileSync(path, 'utf8')));
  assert.ok(sources.length > 10, 'the sources were found');
  assert.deepEqual(found, []);
});

test('an import against the arrows is found, however it is written', () => {
  const bad = (from: string, text: string): number => objectionsTo(from, text).length;
  assert.equal(bad('uploads/queue.ts', "import { s3 } from '../adapters/s3.js';"), 1);
  assert.equal(bad('uploads/queue.ts', "export * from '../elements/upload.js';"), 1);
  assert.equal(bad('uploads/queue.ts', "import '../relay/client.js';"), 1);
  assert.equal(bad('adapters/disk.ts', "const relay = await import('../relay/server.js');"), 1);
  assert.equal(bad('adapters/disk.ts', "import type { Uploads } from '../uploads/uploads.js';"), 1);
  assert.equal(bad('backend/item.ts', "let x: import('../relay/seal.js').Seal;"), 1);
  assert.equal(bad('elements/upload.ts', "import { relayBackend } from '../relay/client.js';"), 1);
  assert.equal(bad('elements/browser.ts', "import { defineBackend } from '../backend/backend.js';"), 1);
  assert.equal(bad('elements/browser.ts', "import { memory } from '../adapters/memory.js';"), 1);
  assert.equal(bad('relay/server.ts', "import { disk } from '../adapters/disk.js';"), 1);
  assert.equal(bad('relay/server.ts', "import { FerryUpload } from '../index.js';"), 1);
});

test('imports that the design allows pass', () => {
  const good = (from: string, text: string): void => assert.deepEqual(objectionsTo(from, text), []);
  good('elements/upload.ts', "import { Uploads } from '../uploads/uploads.js'; import type { Item } from '../backend/item.js';");
  good('elements/browser.ts', "import { type Item } from '../backend/item.js';");
  good('elements/provider.ts', "import { relayBackend } from '../relay/client.js'; import { memory } from '../adapters/memory.js';");
  good('relay/serve.ts', "import { disk } from '../adapters/disk.js';");
  good('uploads/queue.ts', "import { BackendError } from '../backend/errors.js'; import Uppy from '@uppy/core';");
  good('server.ts', "export { disk } from './adapters/disk.js'; export { relay } from './relay/server.js';");
});
