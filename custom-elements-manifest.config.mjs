/**
 * The lifecycle that the browser calls; what the analyzer takes for a field because `#internals` has it; and what one of our elements
 * says to another, which their doc comments call internal.
 */
const notForAuthors = /Callback$|^role$|^(onTarget|barred)$/;

/** What the drop zone asks of a browser, which has no attribute for it. */
const internal = { 'ferry-browser': /^noFolders$/ };

/** A base class of elements has no tag. */
const isElement = ({ customElement, tagName }) => customElement && tagName;

const published = (path) => path?.replace(/^\/?src\/(.*)\.[tj]s$/, 'dist/$1.js');

/** Describes what authors of pages can use, where the package has it: elements, without what is private, static or for our elements alone. */
const publicOnly = {
  name: 'public-only',
  packageLinkPhase({ customElementsManifest: manifest }) {
    manifest.modules = manifest.modules.filter(({ declarations }) => declarations.some(isElement));
    for (const module of manifest.modules) {
      module.path = published(module.path);
      module.declarations = module.declarations.filter(isElement);
      for (const { declaration } of module.exports) declaration.module = published(declaration.module);
      for (const element of module.declarations) {
        element.superclass = { name: 'LitElement', package: 'lit' };
        const usable = ({ name, fieldName, privacy = 'public', static: ofClass }) =>
          privacy === 'public' &&
          !ofClass &&
          !notForAuthors.test(fieldName ?? name) &&
          !internal[element.tagName]?.test(name) &&
          !name.startsWith('#');
        element.members = element.members?.filter(usable);
        element.attributes = element.attributes?.filter(usable);
      }
    }
  },
};

export default {
  globs: ['src/elements/*.ts'],
  exclude: ['src/elements/*.styles.ts'],
  outdir: 'dist',
  litelement: true,
  packagejson: false,
  plugins: [publicOnly],
};
