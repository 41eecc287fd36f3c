import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, nothing, type TemplateResult } from 'lit';
import type { Rules } from '../src/backend/item.js';
import '../src/elements/provider.js';
import type { FerryUpload } from '../src/elements/upload.js';
import '../src/elements/upload.js';
import type { Unfinished, Uploads } from '../src/uploads/queue.js';
import { backend, DAY, standing, type Actor } from './scenes.js';

interface Scene {
  accept?: string;
  maxSize?: string;
  maxTotal?: string;
  maxFiles?: string;
  multiple: boolean;
  noFolders: boolean;
  manual: boolean;
  disabled: boolean;
  conflict?: 'ask' | 'rename' | 'replace' | 'skip';
  actors: Actor[];
  rules: Rules;
  unfinished: Unfinished[];
}

const draw = (scene: Scene, globals: { connection?: string }): TemplateResult => {
  const { actors, rules, unfinished } = scene;
  const uploads: Uploads | undefined = actors.length || unfinished.length ? standing(actors) : undefined;
  if (uploads) uploads.unfinished = () => Promise.resolve(unfinished);
  return html`<ferry-upload
    .backend=${backend(globals, { rules })}
    .uploads=${uploads}
    accept=${scene.accept ?? nothing}
    max-size=${scene.maxSize ?? nothing}
    max-total=${scene.maxTotal ?? nothing}
    max-files=${scene.maxFiles ?? nothing}
    conflict=${scene.conflict ?? nothing}
    ?multiple=${scene.multiple}
    ?no-folders=${scene.noFolders}
    ?manual=${scene.manual}
    ?disabled=${scene.disabled}
  ></ferry-upload>`;
};

const meta: Meta<Scene> = {
  title: 'ferry-upload',
  component: 'ferry-upload',
  args: { multiple: true, noFolders: false, manual: false, disabled: false, actors: [], rules: {}, unfinished: [] },
  argTypes: {
    actors: { table: { disable: true } },
    rules: { table: { disable: true } },
    unfinished: { table: { disable: true } },
    conflict: { control: 'select', options: ['ask', 'rename', 'replace', 'skip'] },
  },
  render: (scene, { globals }) => draw(scene, globals),
};

export default meta;

type Story = StoryObj<Scene>;

const elementOf = async (canvas: HTMLElement): Promise<FerryUpload> => {
  const element = canvas.querySelector('ferry-upload');
  if (!element) throw new Error('The story has no <ferry-upload>.');
  await element.updateComplete;
  return element;
};

/** Waits until the element shows what the story is about. */
const until = async (shown: () => unknown): Promise<void> => {
  while (!shown()) await new Promise(requestAnimationFrame);
};

const MB = 1e6;

/** Drop, choose or paste: this one is alive. The toolbar slows its connection down, cuts it, or lets it fail. */
export const Empty: Story = {};

export const EmptySingle: Story = { args: { multiple: false, accept: 'image/*', maxSize: '5 MB' } };

/** What may be put here is said before anything is chosen. */
export const EmptyWithRules: Story = {
  args: { rules: { extensions: ['xls', 'csv'], maxFileSize: 5e9, expiresAfterDays: 30 }, maxFiles: '20', noFolders: true },
};

export const Dragging: Story = {
  play: async ({ canvasElement }) => {
    const element = await elementOf(canvasElement);
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([], 'report.pdf'));
    element.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true }));
    await element.updateComplete;
  },
};

export const Disabled: Story = { args: { disabled: true } };

/** Without a backend it says that something is missing, on the page and, for developers, on the console. */
export const Missing: Story = {
  render: () => html`<ferry-upload></ferry-upload>`,
  play: async ({ canvasElement }) => {
    const element = await elementOf(canvasElement);
    await until(() => element.shadowRoot?.querySelector('[part=hint]')?.textContent.includes('cannot'));
  },
};

/** A field of a form: required, and named by a label. */
export const Required: Story = {
  render: (scene, { globals }) =>
    html`<form>
      <p><label for="papers">Your papers</label></p>
      <ferry-upload id="papers" name="papers" required .backend=${backend(globals)}></ferry-upload>
      <p><button>Send in</button></p>
    </form>`,
};

/** In manual mode files wait for the person. */
export const Manual: Story = {
  args: {
    manual: true,
    actors: [
      { name: 'agenda.docx', size: 48_200 },
      { name: 'budget.xlsx', size: 1.2 * MB },
      { name: 'harbour.bmp', size: 3.4 * MB, picture: true },
    ],
  },
  play: async ({ canvasElement }) => {
    const element = await elementOf(canvasElement);
    await until(() => element.shadowRoot?.querySelector('canvas')?.height);
  },
};

export const Sending: Story = {
  args: {
    actors: [
      { name: 'interview-uncut.mov', size: 4.2e9, phase: 'sending', sent: 0.62, path: 'Interviews/2026' },
      { name: 'harbour.bmp', size: 3.4 * MB, phase: 'sending', sent: 0.25, path: 'Interviews', picture: true },
      { name: 'notes.txt', size: 812, phase: 'finishing', sent: 1 },
      { name: 'transcript.pdf', size: 640_000, phase: 'done' },
      { name: 'subtitles.srt', size: 52_000 },
    ],
  },
  play: Manual.play!,
};

export const One: Story = { args: { multiple: false, actors: [{ name: 'passport.pdf', size: 2.4 * MB, phase: 'sending', sent: 0.4 }] } };

export const Paused: Story = {
  args: {
    actors: [
      { name: 'interview-uncut.mov', size: 4.2e9, phase: 'paused', sent: 0.62 },
      { name: 'transcript.pdf', size: 640_000, phase: 'done' },
    ],
  },
};

/** The backend is away: nothing is lost, and nothing needs to be done. */
export const Waiting: Story = {
  args: {
    actors: [
      { name: 'interview-uncut.mov', size: 4.2e9, phase: 'waiting', sent: 0.62 },
      { name: 'notes.txt', size: 812, phase: 'waiting' },
    ],
  },
};

/** A name is taken: the person decides, for one file or for all. */
export const Asking: Story = {
  args: {
    actors: [
      { name: 'report.pdf', size: 1.4 * MB, phase: 'asking', exists: { size: 1.2 * MB, modified: DAY - 40 * 86_400_000 } },
      { name: 'budget.xlsx', size: 88_000, phase: 'asking', exists: { size: 86_500, modified: DAY } },
      { name: 'agenda.docx', size: 48_200, phase: 'sending', sent: 0.5 },
    ],
  },
};

export const Failed: Story = {
  args: {
    actors: [
      { name: 'interview-uncut.mov', size: 4.2e9, phase: 'failed', code: 'quota' },
      { name: 'notes.txt', size: 812, phase: 'failed', code: 'changed' },
      { name: 'transcript.pdf', size: 640_000, phase: 'done' },
    ],
  },
};

/** Files that are not taken are named with the reason; of many, the first three. */
export const Rejected: Story = {
  args: { accept: '.pdf, .docx', maxSize: '10 MB', actors: [{ name: 'agenda.pdf', size: 48_200, phase: 'done' }] },
  play: async ({ canvasElement }) => {
    const element = await elementOf(canvasElement);
    await until(() => element.shadowRoot?.querySelector('[part=hint]')?.textContent.includes('pdf'));
    const large = new File([new Uint8Array(11 * MB)], 'catalogue-spring-and-summer-2026-all-pages.pdf');
    await element.add([
      large,
      ...['setup.exe', 'holiday.heic', 'song.flac', 'backup.zip', 'notes.pages'].map((name) => new File(['x'], name)),
    ]);
    await element.updateComplete;
  },
};

export const Done: Story = {
  args: {
    actors: [
      { name: 'harbour.bmp', size: 3.4 * MB, phase: 'done', picture: true },
      { name: 'transcript.pdf', size: 640_000, phase: 'done' },
      { name: 'notes.txt', size: 0, phase: 'done' },
    ],
  },
  play: Manual.play!,
};

/** Every state at once. */
export const Mixed: Story = {
  args: {
    actors: [
      { name: 'interview-uncut.mov', size: 4.2e9, phase: 'sending', sent: 0.62 },
      { name: 'broken.zip', size: 77 * MB, phase: 'failed', code: 'server' },
      { name: 'report.pdf', size: 1.4 * MB, phase: 'asking', exists: { size: 1.2 * MB, modified: DAY } },
      { name: 'album.tar', size: 900 * MB, phase: 'paused', sent: 0.3 },
      { name: 'notes.txt', size: 812, phase: 'waiting' },
      { name: 'scan.tiff', size: 52 * MB, phase: 'finishing', sent: 1 },
      { name: 'transcript.pdf', size: 640_000, phase: 'done' },
      { name: 'subtitles.srt', size: 52_000 },
    ],
  },
};

/** What an earlier page could not finish. */
export const LeftBehind: Story = {
  args: { unfinished: [{ key: '1', name: 'interview-uncut.mov', size: 4.2e9, sent: 2.61e9 }] },
};

/** Only the rows that are seen are drawn, however many there are. */
export const TenThousand: Story = {
  args: {
    actors: Array.from({ length: 10_000 }, (_, index) => ({
      name: `measurement-${String(index + 1).padStart(5, '0')}.csv`,
      size: 12_000 + index,
      path: `series/${String(Math.floor(index / 100) + 1)}`,
      phase: index < 3000 ? 'done' : index < 3004 ? 'sending' : 'queued',
      sent: 0.5,
    })),
  },
};

/** The end of a name stays in view. */
export const LongNames: Story = {
  args: {
    actors: [
      { name: `${'minutes of the general assembly and all its committees '.repeat(4)}final-v3.docx`, size: 48_200, phase: 'done' },
      { name: 'a'.repeat(300), size: 812, phase: 'failed', code: 'invalid' },
      {
        name: '<img src=x onerror="alert(1)"> & "quotes" \u{1F6A2}\u{1F30A}.png',
        size: 2.4 * MB,
        phase: 'sending',
        sent: 0.4,
        path: 'a/very/deep/path/of/folders/that/nobody/will/ever/read/to/the/end/because/it/is/too/long',
      },
    ],
  },
};

/** Names in right-to-left writing, alone and mixed, beside others; a hidden mark cannot turn an extension around. */
export const RightToLeftNames: Story = {
  args: {
    actors: [
      {
        name: '\u062A\u0642\u0631\u064A\u0631 \u0627\u0644\u0645\u064A\u0646\u0627\u0621 \u0644\u0633\u0646\u0629 2026.pdf',
        size: 640_000,
        phase: 'done',
      },
      { name: '\u05D3\u05D5\u05D7 \u05E9\u05E0\u05EA\u05D9.docx', size: 48_200, phase: 'sending', sent: 0.5 },
      { name: 'report \u05D3\u05D5\u05D7 2026.pdf', size: 812, phase: 'done' },
      { name: 'photo\u202Egpj.exe', size: 77 * MB, phase: 'failed', code: 'not-allowed' },
    ],
  },
};
