import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, nothing, type TemplateResult } from 'lit';
import type { CapabilityOverrides, MemoryOptions, MemorySeed } from '../src/adapters/memory.js';
import { BackendError } from '../src/backend/errors.js';
import type { Item } from '../src/backend/item.js';
import '../src/elements/browser.js';
import '../src/elements/provider.js';
import '../src/elements/send.js';
import '../src/elements/words/ar.browser.js';
import { dressed, many, personIn, pictures, SHELF, SHELF_FACTS, until } from './browser.scenes.js';
import { backend, DAY } from './scenes.js';

interface Scene {
  view?: 'list' | 'grid';
  sort?: string;
  readonly: boolean;
  columns?: string[];
  seed: MemorySeed;
  facts: Readonly<Record<string, Partial<Item>>>;
  capabilities: CapabilityOverrides;
  memory: MemoryOptions;
}

const draw = (scene: Scene, globals: { connection?: string }): TemplateResult => {
  const { view, sort, readonly, columns, seed, facts, capabilities, memory } = scene;
  const shelf = dressed(backend(globals, { seed, capabilities, ...memory }), facts);
  return html`<ferry-browser
      .backend=${shelf}
      .columns=${columns}
      view=${view ?? nothing}
      sort=${sort ?? nothing}
      ?readonly=${readonly}
    ></ferry-browser>
    <ferry-send .backend=${shelf}></ferry-send>`;
};

const meta: Meta<Scene> = {
  title: 'ferry-browser',
  component: 'ferry-browser',
  args: { readonly: false, seed: SHELF, facts: SHELF_FACTS, capabilities: {}, memory: {} },
  argTypes: {
    view: { control: 'select', options: ['list', 'grid'] },
    ...Object.fromEntries(['seed', 'facts', 'capabilities', 'memory'].map((name) => [name, { table: { disable: true } }])),
  },
  render: (scene, { globals }) => draw(scene, globals),
};

export default meta;

type Story = StoryObj<Scene>;

/** A folder with some of everything. This one is alive; the toolbar slows its connection down, cuts it, or lets it fail. */
export const OnePage: Story = {};

/** Files can be dropped on an empty folder. */
export const Empty: Story = { args: { seed: {} } };

/** The folder is being listed. */
export const Loading: Story = { args: { memory: { delay: (call) => (call === 'list' ? 1e9 : 0) } } };

/** Only the rows that are seen are drawn, and only the pages that are looked at are loaded. */
export const HundredThousand: Story = {
  args: { seed: many(100_000), facts: {} },
  play: async ({ canvasElement }) => {
    const { find } = await personIn(canvasElement);
    const list = await find('[part=list]');
    list.scrollTop = 50_000;
    await until(() => /measurement 00(08|11)/.test(list.textContent) && !list.querySelector('.waiting'));
  },
};

/** The folder cannot be listed now: it can be tried again. */
export const Failing: Story = {
  args: { memory: { fail: (call) => (call === 'list' ? new BackendError('server', 'The story has no folder.') : undefined) } },
};

/** A listing that failed on its way keeps what is there. */
export const HalfLoaded: Story = {
  args: {
    seed: many(3000),
    facts: {},
    memory: {
      fail: (call, [, page]) =>
        call === 'list' && (page as { cursor?: string }).cursor ? new BackendError('offline', 'Gone.') : undefined,
    },
  },
  play: async ({ canvasElement }) => {
    const { find } = await personIn(canvasElement);
    (await find('[part=list]')).scrollTop = 1e6;
    await until(() => canvasElement.querySelector('ferry-browser')?.shadowRoot?.textContent.includes('No connection'));
  },
};

/** The person may not see the folder. */
export const NoPermission: Story = {
  args: { memory: { fail: (call) => (call === 'list' ? new BackendError('forbidden', 'The story forbids it.') : undefined) } },
};

/** What cannot be done with a selection stays in sight, and says why. */
export const FewPermissions: Story = {
  args: {
    facts: Object.fromEntries(
      Object.keys(SHELF).map((name) => [
        name,
        { ...SHELF_FACTS[name], can: ['list', 'download', 'preview'], ...(name === 'report.pdf' && { locked: { owner: 'Ines' } }) },
      ]),
    ),
  },
  play: async ({ canvasElement }) => {
    const { click, press, find } = await personIn(canvasElement);
    await click('report.pdf');
    await press('Actions for report.pdf');
    await find('.menu:popover-open');
  },
};

/** Nothing can be changed: only what looks, downloads and sends is offered. */
export const ReadOnly: Story = {
  args: { readonly: true },
  play: async ({ canvasElement }) => {
    const { click } = await personIn(canvasElement);
    await click('agenda.docx');
  },
};

/** Columns that a backend adds. */
export const Columns: Story = {
  args: {
    columns: ['size', 'modified', 'owner', 'permissions', 'downloads', 'expires'],
    sort: 'size descending',
    facts: Object.fromEntries(
      Object.entries(SHELF_FACTS).map(([name, facts], index) => [
        name,
        { ...facts, owner: ['Ines', 'Tom', 'Ana-Lucía'][index % 3]!, downloads: index * 7, expires: DAY + 30 * 86_400_000 },
      ]),
    ),
  },
};

/** Tiles, with a picture where the backend has one. */
export const Grid: Story = { args: { view: 'grid', seed: { ...SHELF, ...pictures(12) } } };

/** The same for a folder of anything, with two of them selected. */
export const GridSelected: Story = {
  args: { view: 'grid' },
  play: async ({ canvasElement }) => {
    const { click } = await personIn(canvasElement);
    await click('Contracts');
    await click('harbour.png', { ctrlKey: true });
  },
};

/** A selection: how many, how much, and what can be done with it. */
export const Selected: Story = {
  play: async ({ canvasElement }) => {
    const { click } = await personIn(canvasElement);
    await click('agenda.docx');
    await click('harbour.png', { shiftKey: true });
  },
};

/** What is known of an item stands beside the list, or in its place where there is no room. */
export const Details: Story = {
  args: {
    facts: {
      ...SHELF_FACTS,
      'report.pdf': { ...SHELF_FACTS['report.pdf'], type: 'application/pdf', description: 'The harbour, year by year.', owner: 'Ines' },
    },
    capabilities: { describe: { fields: ['description', 'expires', 'shared'] } },
  },
  play: async ({ canvasElement }) => {
    const { element, click, key, find } = await personIn(canvasElement);
    await click('report.pdf');
    await key('Enter', { altKey: true });
    await find('[part=details] form');
    await until(() => element.shadowRoot?.querySelector('[part=details]')?.ariaBusy === 'false');
  },
};

/** A search, in all folders below where the backend can. */
export const Search: Story = {
  play: async ({ canvasElement }) => {
    const { element, find } = await personIn(canvasElement);
    const field = (await find('[part=search]')) as HTMLInputElement;
    field.value = 'p';
    field.dispatchEvent(new Event('input'));
    await until(() => element.shadowRoot?.textContent.includes('Found in this folder and below'));
  },
};

/** Where the backend cannot search, what is loaded is, and that is said. */
export const SearchOfWhatIsLoaded: Story = {
  args: { seed: many(3000), facts: {}, capabilities: { list: { search: false } } },
  play: async ({ canvasElement }) => {
    const { element, find } = await personIn(canvasElement);
    const field = (await find('[part=search]')) as HTMLInputElement;
    field.value = '77';
    field.dispatchEvent(new Event('input'));
    await until(() => element.shadowRoot?.textContent.includes('Searched in'));
  },
};

/** The end of a name stays in view, markup is text, and right-to-left names keep to themselves. */
export const Names: Story = {
  args: {
    seed: {
      ' leading space.txt': '',
      '<img src=x onerror="alert(1)"> & "quotes" \u{1F6A2}\u{1F30A}.png': '',
      [`${'minutes of the general assembly and all its committees '.repeat(4)}final-v3.docx`]: '',
      ['a'.repeat(255)]: '',
      'photo\u202Egpj.exe': '',
      'report \u05D3\u05D5\u05D7 2026.pdf': '',
      '\u062A\u0642\u0631\u064A\u0631 \u0627\u0644\u0645\u064A\u0646\u0627\u0621 \u0644\u0633\u0646\u0629 2026.pdf': '',
      '\u05D3\u05D5\u05D7 \u05E9\u05E0\u05EA\u05D9.docx': '',
    },
  },
};

/** The same names as tiles. */
export const NamesInGrid: Story = { args: { ...Names.args!, view: 'grid' } };

/** Deep in the tree: the way there collapses where there is no room for it. */
export const Deep: Story = {
  args: {
    seed: { Departments: { 'Harbour and waterways authority': { Projects: { 'North pier, renewal': { Plans: { 'pier.dwg': '' } } } } } },
  },
  play: async ({ canvasElement }) => {
    const { element, key, click } = await personIn(canvasElement);
    const here = (): string => element.shadowRoot?.querySelector('[aria-current]')?.textContent ?? '';
    await click('Departments');
    for (const name of ['Departments', 'Harbour and waterways authority', 'Projects', 'North pier, renewal', 'Plans']) {
      await key('Enter');
      await until(() => here() === name);
      await until(() => element.shadowRoot?.activeElement?.closest('.rows'));
    }
  },
};

/** Right-to-left writing, all through. */
export const RightToLeft: Story = {
  render: (scene, { globals }) => html`<div dir="rtl" lang="ar">${draw(scene, globals)}</div>`,
  args: {
    seed: {
      عقود: {},
      'صور الميناء': {},
      'تقرير الميناء لسنة 2026.pdf': '',
      'report.pdf': '',
      'ميزانية.xlsx': '',
    },
  },
  play: async ({ canvasElement }) => {
    const { click } = await personIn(canvasElement);
    await click('report.pdf');
  },
};

/** Dark, whatever the page is. */
export const Dark: Story = {
  render: (scene, { globals }) => html`<div style="color-scheme: dark">${draw(scene, globals)}</div>`,
  play: Selected.play!,
};

/** Without a backend it says that something is missing. */
export const Missing: Story = { render: () => html`<ferry-browser></ferry-browser>` };
