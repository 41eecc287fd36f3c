import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import type { MemoryOptions } from '../src/adapters/memory.js';
import type { Backend } from '../src/backend/backend.js';
import type { RequestCapability } from '../src/backend/capabilities.js';
import type { FileRequest } from '../src/backend/delivery.js';
import { BackendError, type ErrorCode } from '../src/backend/errors.js';
import '../src/elements/send.js';
import { until } from './browser.scenes.js';
import { backend } from './scenes.js';
import { LATER, MIXED, PEOPLE, writerIn } from './send.scenes.js';

interface Scene {
  inline: boolean;
  open: boolean;
  /** What can be asked for; `false`: nothing. */
  can: RequestCapability | false;
  requests: FileRequest[];
  /** How asking ends. */
  ends: 'well' | 'never' | ErrorCode;
  toPeople: boolean;
}

const link = 'https://files.example.org/links/Jm4x-9tQw2hVz7RkYp1LbA';

const DISK: RequestCapability = {
  message: true,
  help: true,
  password: true,
  expiry: { days: [1, 7, 30, 90], default: 30, max: 365, never: true },
  maxRecipients: 500,
};

const OPEN: FileRequest[] = [
  { id: '1', title: 'Photos of the north pier', link, expires: LATER, recipients: MIXED },
  { id: '2', title: 'صور الميناء', link, recipients: [] },
  { id: '3', title: 'Signed contracts', recipients: [{ recipient: PEOPLE[2]!, state: 'accepted' }] },
];

/** A backend that asks for files so. */
function whichAsks(globals: { connection?: string }, { can, requests, ends, toPeople }: Scene): Backend {
  const options: MemoryOptions = { people: PEOPLE, capabilities: { request: can, requests: can !== false } };
  const made: FileRequest = { id: 'new', title: 'Photos of the harbour', link, expires: LATER, recipients: toPeople ? MIXED : [] };
  const inner = backend(globals, options);
  return {
    ...inner,
    item: async (...args) => ({ ...(await inner.item(...args)), name: 'Harbour project' }),
    requests: () => Promise.resolve({ requests }),
    request: () => {
      if (ends === 'never') return new Promise(() => undefined);
      return ends === 'well' ? Promise.resolve(made) : Promise.reject(new BackendError(ends, 'The story lets it fail.'));
    },
  };
}

const meta: Meta<Scene> = {
  title: 'ferry-send request',
  component: 'ferry-send',
  args: { inline: true, open: false, can: DISK, requests: [], ends: 'well', toPeople: false },
  argTypes: Object.fromEntries(['can', 'requests', 'ends', 'toPeople'].map((name) => [name, { table: { disable: true } }])),
  render: (scene, { globals }) =>
    html`<ferry-send request folder="" .backend=${whichAsks(globals, scene)} ?inline=${scene.inline} ?open=${scene.open}></ferry-send>`,
};

export default meta;

type Story = StoryObj<Scene>;

/** Waits for the form. */
const form: NonNullable<Story['play']> = async ({ canvasElement }) => {
  const { find } = await writerIn(canvasElement);
  await find('form');
};

/** Writes what is asked for, presses the button, and waits for what is seen then. */
const ask =
  (seen: string, title = 'Photos of the harbour'): NonNullable<Story['play']> =>
  async ({ canvasElement }) => {
    const { element, find } = await writerIn(canvasElement);
    const field = (await find('#request-title')) as HTMLInputElement;
    field.value = title;
    field.dispatchEvent(new Event('input'));
    await element.send();
    await find(seen);
  };

const open =
  (place: number): NonNullable<Story['play']> =>
  async ({ canvasElement }) => {
    const { find } = await writerIn(canvasElement);
    (await find(`.rows li:nth-child(${String(place)}) .row`)).click();
    await find('.outcome');
  };

/** What is asked for, of whom, and for how long. */
export const Empty: Story = { play: form };

/** In a dialog, with what is open already. */
export const Dialog: Story = { args: { inline: false, open: true, requests: OPEN }, play: form };

/** As at Files.com: no password, no end. */
export const FewOptions: Story = { args: { can: { ...DISK, password: false, expiry: false, maxRecipients: 100 } }, play: form };

/** Where nobody can be written to, it is a link to copy. */
export const LinkOnly: Story = { args: { can: { ...DISK, maxRecipients: 0 } }, play: form };

/** Nothing was written. */
export const Untitled: Story = { play: ask('[aria-invalid=true]', '') };

export const Asking: Story = {
  args: { ends: 'never' },
  play: async (context) => {
    const { find } = await writerIn(context.canvasElement);
    void ask('.under-way')(context);
    await find('.under-way');
  },
};

export const Failed: Story = { args: { ends: 'offline' }, play: ask('.problem') };

/** The answer was lost, and nobody can say. */
export const Unsure: Story = { args: { ends: 'unknown-outcome' }, play: ask('.unsure') };

/** The link, to hand on. */
export const Done: Story = { play: ask('.outcome') };

/** The link and its code, and how those fared who were written to. */
export const DoneToPeople: Story = {
  args: { toPeople: true },
  play: async (context) => {
    await ask('.outcome')(context);
    const root = context.canvasElement.querySelector('ferry-send')!.shadowRoot!;
    root.querySelector<HTMLElement>('.link [aria-expanded]')!.click();
    await until(() => root.querySelector('.code'));
  },
};

/** A request that is open, looked at again. */
export const Opened: Story = { args: { requests: OPEN }, play: open(1) };

/** Those who were asked see it when they sign in. */
export const WithoutLink: Story = { args: { requests: OPEN }, play: open(3) };

/** Where no files can be asked for. */
export const Unsupported: Story = {
  args: { can: false },
  play: async ({ canvasElement }) => {
    const element = canvasElement.querySelector('ferry-send')!;
    await until(() => element.shadowRoot?.querySelector('[part=notice]'));
  },
};
