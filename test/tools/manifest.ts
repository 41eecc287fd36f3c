// Checks dist/custom-elements.json: every element is in it, and all that a page can use of it is described.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './checkout.mjs';
import { tallyLine } from './tally.mjs';

interface Described {
  name?: string;
  fieldName?: string;
  description?: string;
}

interface Element extends Described {
  tagName?: string;
  attributes?: Described[];
  members?: Described[];
  events?: Described[];
  slots?: Described[];
  cssParts?: Described[];
  cssProperties?: Described[];
  cssStates?: Described[];
}

const KINDS = ['attributes', 'members', 'events', 'slots', 'cssParts', 'cssProperties', 'cssStates'] as const;
const ELEMENTS = join(ROOT, 'src', 'elements');

const { modules } = JSON.parse(readFileSync(join(ROOT, 'dist', 'custom-elements.json'), 'utf8')) as {
  modules: { path: string; declarations: Element[] }[];
};
const elements = modules.flatMap(({ path, declarations }) => declarations.map((element) => ({ path, element })));
const eventNames = new Set(readFileSync(join(ELEMENTS, 'events.ts'), 'utf8').match(/(?<=^ {2}')ferry-[a-z-]+(?=':)/gm));

const problems: string[] = [];
for (const { path, element } of elements) {
  const tag = element.tagName ?? element.name ?? '';
  if (!element.tagName) problems.push(`${tag} has no tag name`);
  if (!element.description) problems.push(`<${tag}> has no description`);
  for (const kind of KINDS) {
    for (const part of element[kind] ?? [])
      if (!part.description) problems.push(`<${tag}> ${kind}: "${part.name ?? ''}" has no description`);
  }
  const source = readFileSync(join(ROOT, path.replace('dist/', 'src/').replace(/\.js$/, '.ts')), 'utf8');
  const emitted = new Set(source.match(/(?<=\bemit\(\w+, ')[\w-]+/g));
  const documented = new Set(element.events?.map(({ name }) => name));
  for (const name of emitted) if (!documented.has(name)) problems.push(`<${tag}> dispatches ${name} without saying so`);
  for (const name of documented)
    if (!eventNames.has(name ?? '')) problems.push(`<${tag}> documents ${name ?? ''}, which events.ts does not have`);
}

const defined = readdirSync(ELEMENTS)
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) => readFileSync(join(ELEMENTS, name), 'utf8').match(/(?<=customElements\.define\(')[\w-]+/g) ?? []);
const described = new Set(elements.map(({ element }) => element.tagName));
for (const tag of defined) if (!described.has(tag)) problems.push(`<${tag}> is not in the manifest`);
if (defined.length === 0) problems.push('no element was found');

for (const problem of problems) console.log(`✖ ${problem}`);
console.log(tallyLine(Math.max(0, defined.length - problems.length), problems.length));
process.exitCode = problems.length > 0 ? 1 : 0;
