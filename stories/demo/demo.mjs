// What the demo's page adds to the elements: a choice of backends, two switches, and a plain list of what has arrived.
/** @import { Item, Ref } from '../../src/backend/item.js' */

const { ferrykit } = /** @type {{ ferrykit: typeof import('../../src/index.js') }} */ (/** @type {unknown} */ (window));
/** @param {string} name */
const reach = (name) => ferrykit.relayBackend({ url: '/relay', backend: name });
let backend = reach('disk');
/** Whether the backend lists anything. @type {Promise<boolean>} */
let lists = Promise.resolve(true);

/** @param {string} id */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const root = document.documentElement;
const dark = () => (root.className ? root.className === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches);
const label = () => {
  at('theme').textContent = dark() ? 'Light' : 'Dark';
  at('direction').textContent = root.dir === 'rtl' ? 'Left to right' : 'Right to left';
};
at('theme').addEventListener('click', () => {
  root.className = dark() ? 'light' : 'dark';
  label();
});
at('direction').addEventListener('click', () => {
  root.dir = root.dir === 'rtl' ? 'ltr' : 'rtl';
  label();
});
label();

const PAGE = 50;
const bytes = new Intl.NumberFormat('en', { notation: 'compact', style: 'unit', unit: 'byte', unitDisplay: 'narrow' });

/** @type {Ref} */
let folder = ferrykit.ROOT;
/** @type {string | undefined} */
let cursor;

/** @param {string} text @param {() => void} act */
const button = (text, act) => {
  const made = document.createElement('button');
  made.type = 'button';
  made.append(Object.assign(document.createElement('bdi'), { textContent: text }));
  made.addEventListener('click', act);
  return made;
};

const provider = /** @type {HTMLElementTagNameMap['ferry-provider']} */ (document.querySelector('ferry-provider'));

/** Goes to a folder, and lets files go there too. @param {Ref} place */
const open = (place) => {
  folder = provider.folder = place;
  void show();
};

/** @param {Item} item */
const download = async (item) => {
  const [target] = await backend.download([item]);
  if (target) location.assign(target.url);
};

/** @param {Item} item */
const line = (item) => {
  const isFolder = item.kind === 'folder';
  const entry = document.createElement('li');
  const size = document.createElement('span');
  size.textContent = isFolder ? 'Folder' : bytes.format(item.size ?? 0);
  entry.append(
    button(item.name, () => (isFolder ? open(item) : void download(item))),
    size,
  );
  return entry;
};

let asked = 0;

/** Shows the folder from its first page, or with `more` the next one after those that are shown. */
const show = async (more = false) => {
  const turn = ++asked;
  try {
    if (!(await lists)) {
      if (turn !== asked) return;
      for (const id of ['way', 'items']) at(id).replaceChildren();
      at('more').hidden = true;
      at('state').textContent = 'Nothing is listed here.';
      return;
    }
    const page = await backend.list(folder, { limit: PAGE, ...(more && cursor ? { cursor } : {}) });
    // Asked again meanwhile: the later answer counts.
    if (turn !== asked) return;
    cursor = page.cursor;
    const way = page.folder.id === '' ? [] : page.ancestors.map((step) => button(step.name || 'All files', () => open(step)));
    at('way').replaceChildren(...way, ...(way.length ? [page.folder.name] : []));
    if (!more) at('items').replaceChildren();
    at('items').append(...page.items.map(line));
    at('more').hidden = !cursor;
    at('state').textContent = at('items').childElementCount ? '' : 'Nothing yet.';
  } catch (error) {
    at('state').textContent = error instanceof Error ? error.message : String(error);
  }
};

at('more').addEventListener('click', () => void show(true));

/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;
document.addEventListener('ferry-uploaded', () => {
  soon ??= setTimeout(() => {
    soon = undefined;
    void show();
  }, 500);
});

/** Where the last choice is kept. */
const CHOSEN = 'ferrykit-demo-backend';
const choice = /** @type {HTMLSelectElement} */ (at('backend'));
/** @type {{ name: string, label: string, about: string }[]} */
const offered = await (await fetch('/backends.json')).json();
choice.append(...offered.map(({ name, label: text }) => new Option(text, name)));

const choose = () => {
  const { name, about } = offered[choice.selectedIndex] ?? { name: 'disk', about: '' };
  at('about').textContent = about;
  provider.backend = name;
  backend = reach(name);
  lists = backend.capabilities({}).then(({ list }) => !!list);
  open(ferrykit.ROOT);
};
choice.addEventListener('change', () => {
  localStorage.setItem(CHOSEN, choice.value);
  choose();
});
choice.value = localStorage.getItem(CHOSEN) ?? '';
if (choice.selectedIndex < 0) choice.selectedIndex = 0;
choose();
