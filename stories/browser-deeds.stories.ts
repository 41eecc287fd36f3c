import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, nothing, type TemplateResult } from 'lit';
import type { MemoryOptions, MemorySeed } from '../src/adapters/memory.js';
import type { Backend } from '../src/backend/backend.js';
import type { BrowserAction } from '../src/elements/browser.actions.js';
import '../src/elements/browser.js';
import '../src/elements/send.js';
import { dressed, many, personIn, SHELF, stubborn, until, type Person } from './browser.scenes.js';
import { backend } from './scenes.js';

interface Scene {
  view?: 'list' | 'grid';
  picker?: 'files' | 'folders';
  multiple: boolean;
  accept?: string;
  actions: BrowserAction[];
  seed: MemorySeed;
  memory: MemoryOptions;
  around: (backend: Backend) => Backend;
}

const draw = (scene: Scene, globals: { connection?: string }): TemplateResult => {
  const { view, picker, multiple, accept, actions, seed, memory, around } = scene;
  const shelf = around(dressed(backend(globals, { seed, ...memory })));
  return html`<ferry-browser
      .backend=${shelf}
      .actions=${actions}
      view=${view ?? nothing}
      picker=${picker ?? nothing}
      accept=${accept ?? nothing}
      ?multiple=${multiple}
    ></ferry-browser>
    <ferry-send .backend=${shelf}></ferry-send>`;
};

const meta: Meta<Scene> = {
  title: 'ferry-browser deeds',
  component: 'ferry-browser',
  args: { multiple: false, actions: [], seed: SHELF, memory: {}, around: (plain: Backend) => plain },
  argTypes: Object.fromEntries(['actions', 'seed', 'memory', 'around'].map((name) => [name, { table: { disable: true } }])),
  render: (scene, { globals }) => draw(scene, globals),
};

export default meta;

type Story = StoryObj<Scene>;

/** What is written in the element. */
const says =
  ({ element }: Person, text: string) =>
  (): boolean =>
    !!element.shadowRoot?.textContent.replace(/[\u2068\u2069]/g, '').includes(text);

/** Moves everything but folders into the first folder, by cut and paste. */
async function moveAll(person: Person): Promise<void> {
  const { element, click, key } = person;
  await key('x', { ctrlKey: true });
  await click('Contracts');
  await key('Enter');
  await until(() => element.shadowRoot?.querySelector('[aria-current]')?.textContent === 'Contracts');
  await until(() => element.shadowRoot?.activeElement?.closest('.rows, .list'));
  await key('v', { ctrlKey: true });
}

/** A name is given where it stands. */
export const Renaming: Story = {
  play: async ({ canvasElement }) => {
    const { element, click, key, find } = await personIn(canvasElement);
    await click('harbour.png');
    await key('F2');
    await find('[part=rename]');
    await until(() => element.shadowRoot?.activeElement?.matches('[part=rename]'));
  },
};

/** A name that cannot be given: why not, and the field stays. */
export const RenamingRefused: Story = {
  play: async ({ canvasElement }) => {
    const person = await personIn(canvasElement);
    await person.click('harbour.png');
    await person.key('F2');
    const field = (await person.find('[part=rename]')) as HTMLInputElement;
    await until(() => person.element.shadowRoot?.activeElement === field);
    field.value = 'logo.svg';
    await person.key('Enter');
    await until(says(person, 'The name is taken'));
  },
};

/** What goes is named before it goes. */
export const Deleting: Story = {
  play: async ({ canvasElement }) => {
    const { click, key, find } = await personIn(canvasElement);
    await click('Contracts');
    await click('minutes.md', { shiftKey: true });
    await key('Delete');
    await find('dialog[open] button.danger');
  },
};

export const NewFolder: Story = {
  play: async ({ canvasElement }) => {
    const { press, find } = await personIn(canvasElement);
    await press('New folder');
    await find('dialog[open] input');
  },
};

/** Where to: a browser of folders in a dialog. What is being moved cannot be gone into. */
export const MoveDialog: Story = {
  play: async ({ canvasElement }) => {
    const { click, press, find } = await personIn(canvasElement);
    await click('Press photos');
    await press('Move to…');
    const inner = await find('dialog[open] ferry-browser');
    await until(() => inner.shadowRoot?.querySelector('.rows > *'));
    inner.shadowRoot?.querySelector<HTMLElement>('.name')?.click();
    await until(() => inner.shadowRoot?.querySelector('.selected'));
  },
};

/** Many items on their way: how far it is, and how to stop it. */
export const Moving: Story = {
  args: {
    seed: { Contracts: {}, ...many(1000) },
    memory: {
      delay: (() => {
        let calls = 0;
        return (call) => (call === 'move' && ++calls > 14 ? 1e9 : 0);
      })(),
    },
  },
  play: async ({ canvasElement }) => {
    const person = await personIn(canvasElement);
    const { element, click, key } = person;
    await click('Contracts');
    await key('a', { ctrlKey: true });
    await until(() => element.selection.length > 1000);
    await click('Contracts', { ctrlKey: true });
    await key('x', { ctrlKey: true });
    await click('Contracts');
    await key('Enter');
    await until(says(person, 'This folder is empty'));
    await key('v', { ctrlKey: true });
    await until(says(person, 'Moving 350 of 1,000'));
  },
};

/** A name is taken where something goes: replace, keep both or skip, for one or for all. */
export const Conflict: Story = {
  args: { seed: { ...SHELF, Contracts: { 'report.pdf': '', 'agenda.docx': '' } } },
  play: async ({ canvasElement }) => {
    const person = await personIn(canvasElement);
    await person.click('agenda.docx');
    await person.click('report.pdf', { shiftKey: true });
    await person.key('x', { ctrlKey: true });
    await person.click('Contracts');
    await person.key('Enter');
    await until(() => person.element.shadowRoot?.querySelector('[aria-current]')?.textContent === 'Contracts');
    await until(() => person.element.shadowRoot?.activeElement?.closest('.rows'));
    await person.key('v', { ctrlKey: true });
    await person.find('[part=question]');
  },
};

/** Most of it went well: what did not is named, and can be tried again. */
export const MixedOutcome: Story = {
  args: {
    around: (plain) => stubborn(plain, { 'harbour.png': 'locked', 'report.pdf': 'quota', 'site photos.zip': 'not-found' }),
  },
  play: async ({ canvasElement }) => {
    const person = await personIn(canvasElement);
    await person.click('agenda.docx');
    await person.click('site photos.zip', { shiftKey: true });
    await moveAll(person);
    await person.find('[part=outcome]');
    await until(says(person, '3 failed'));
    await person.press('Back');
    await until(says(person, 'Press photos'));
  },
};

/** What was moved can be moved back for ten seconds. */
export const Undo: Story = {
  play: async ({ canvasElement }) => {
    const person = await personIn(canvasElement);
    await person.click('agenda.docx');
    await person.click('logo.svg', { shiftKey: true });
    await moveAll(person);
    (await person.find('[part=undo]')).dispatchEvent(new PointerEvent('pointerenter'));
  },
};

/** What was cut waits to be put elsewhere. */
export const Cut: Story = {
  play: async ({ canvasElement }) => {
    const { click, key, find } = await personIn(canvasElement);
    await click('agenda.docx');
    await click('fog horn.mp3', { shiftKey: true });
    await key('x', { ctrlKey: true });
    await key('Escape');
    await find('.cut');
  },
};

/** Files that were dropped here are on their way. */
export const Uploading: Story = {
  args: { memory: { delay: (call) => (call === 'write' ? 1e9 : 0) } },
  play: async ({ canvasElement }) => {
    const { element, find } = await personIn(canvasElement);
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(3.2e6)], 'survey.pdf'));
    dataTransfer.items.add(new File([new Uint8Array(1.1e6)], 'notes.docx'));
    for (const type of ['dragenter', 'dragover', 'drop'])
      (await find('.list')).dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true }));
    await until(() => element.shadowRoot?.querySelector('[part=total]')?.textContent.includes('0 of 2 files'));
  },
};

/** Files hang over a folder: that is where they would go. */
export const DroppingIntoFolder: Story = {
  play: async ({ canvasElement }) => {
    const { find } = await personIn(canvasElement);
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([], 'survey.pdf'));
    const folder = await find('.rows .folder .name');
    for (const type of ['dragenter', 'dragover'])
      folder.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true }));
    await find('.rows .over');
  },
};

/** A text, as text: nothing in it runs. */
export const Preview: Story = {
  args: { seed: { ...SHELF, 'minutes.md': '# Minutes\n\nThe harbour is open.\n\n<script>alert("never")</script>\n' } },
  play: async ({ canvasElement }) => {
    const { click, key, find } = await personIn(canvasElement);
    await click('minutes.md');
    await key('Enter');
    await find('dialog[open] pre');
  },
};

/** A file that cannot be looked at can be downloaded. */
export const NoPreview: Story = {
  play: async ({ canvasElement }) => {
    const { click, key, find } = await personIn(canvasElement);
    await click('site photos.zip');
    await key('Enter');
    await find('dialog[open] .none');
  },
};

/** Everything that can be done with an item, by the right button, its own button, or the keyboard. */
export const ContextMenu: Story = {
  args: { actions: [{ id: 'sign', label: 'Sign', icon: 'M3 20c4-9 6-12 8-12s-2 8 1 8 3-6 5-6 1 5 4 5', run: () => undefined }] },
  play: async ({ canvasElement }) => {
    const { click, press, find } = await personIn(canvasElement);
    await click('agenda.docx');
    await press('Actions for agenda.docx');
    await find('.menu:popover-open');
  },
};

/** How the folder is shown: the person's choices, which are kept. */
export const ViewMenu: Story = {
  play: async ({ canvasElement }) => {
    const { press, find } = await personIn(canvasElement);
    await press('View');
    await find('.menu:popover-open');
  },
};

/** A field that chooses a file of one kind. */
export const Picker: Story = {
  args: { picker: 'files', accept: '.pdf, .docx', multiple: true },
  play: async ({ canvasElement }) => {
    const { click } = await personIn(canvasElement);
    await click('agenda.docx');
    await click('report.pdf', { ctrlKey: true });
  },
};

/** A field that chooses a folder. */
export const PickerOfFolders: Story = {
  args: { picker: 'folders' },
  play: async ({ canvasElement }) => {
    const { click } = await personIn(canvasElement);
    await click('Harbour project');
  },
};
