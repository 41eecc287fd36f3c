// What the demo's page adds to the elements: a choice of backends, and two switches.
const { ferrykit } = /** @type {{ ferrykit: typeof import('../../src/index.js') }} */ (/** @type {unknown} */ (window));

/** @param {string} id */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @template {keyof HTMLElementTagNameMap} Tag @param {Tag} tag */
const the = (tag) => /** @type {HTMLElementTagNameMap[Tag]} */ (document.querySelector(tag));

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

// What is uploaded goes into the folder that is shown.
the('ferry-browser').addEventListener('ferry-opened', ({ detail }) => {
  the('ferry-upload').folder = detail.folder;
});

// What was uploaded, or waits for it; what is selected in the browser is sent by the browser's own button.
at('send').addEventListener('click', () => {
  Object.assign(the('ferry-send'), { items: [] }).show();
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
  the('ferry-upload').folder = ferrykit.ROOT;
  the('ferry-provider').backend = name;
  // There a delivery comes before its files: they wait for it.
  the('ferry-upload').manual = name === 'filemail';
};
choice.addEventListener('change', () => {
  localStorage.setItem(CHOSEN, choice.value);
  choose();
});
choice.value = localStorage.getItem(CHOSEN) ?? '';
if (choice.selectedIndex < 0) choice.selectedIndex = 0;
choose();
