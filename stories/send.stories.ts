import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import type { CapabilityOverrides, MemoryOptions } from '../src/adapters/memory.js';
import { BackendError } from '../src/backend/errors.js';
import type { Delivery, DeliveryDraft, RecipientState } from '../src/backend/delivery.js';
import type { Item } from '../src/backend/item.js';
import '../src/elements/send.js';
import type { Uploads } from '../src/uploads/queue.js';
import { until } from './browser.scenes.js';
import { backend, DAY, standing } from './scenes.js';
import { BACKENDS, MIXED, PEOPLE, told, writerIn } from './send.scenes.js';

interface Scene {
  inline: boolean;
  open: boolean;
  items: Item[];
  delivery: Partial<DeliveryDraft>;
  capabilities: CapabilityOverrides;
  memory: MemoryOptions;
  uploads: Uploads | undefined;
  states: RecipientState[] | undefined;
  over: Partial<Delivery>;
}

/** Two things to send. They are in no folder: the backend of a story does not look. */
const THINGS: Item[] = [
  { id: '1', name: 'harbour plan.pdf', kind: 'file', size: 1.4e6, modified: DAY, can: ['send'] },
  { id: '2', name: 'Photos', kind: 'folder', can: ['send'] },
];

const TO: Partial<DeliveryDraft> = {
  recipients: [PEOPLE[0]!, { kind: 'email', email: 'bo@example.org' }],
  subject: 'Plans for the harbour',
  message: 'As promised.\nTell me what you think of the north pier.',
};

const draw = (scene: Scene, globals: { connection?: string }): TemplateResult => {
  const { inline, open, items, delivery, capabilities, memory, uploads, states, over } = scene;
  const inner = backend(globals, { people: PEOPLE, capabilities, ...memory });
  // Items of stories lie nowhere.
  const here = {
    ...inner,
    check: () => Promise.resolve([]),
    ...(items.length && { send: ({ ...draft }, ...rest) => inner.send({ ...draft, items: [{ id: '' }] }, ...rest) }),
  } as typeof inner;
  return html`<ferry-send
    .backend=${told(here, states, over)}
    .items=${items}
    .delivery=${delivery}
    .uploads=${uploads}
    ?inline=${inline}
    ?open=${open}
  ></ferry-send>`;
};

const meta: Meta<Scene> = {
  title: 'ferry-send',
  component: 'ferry-send',
  args: {
    inline: true,
    open: false,
    items: THINGS,
    delivery: {},
    capabilities: {},
    memory: {},
    uploads: undefined,
    states: undefined,
    over: {},
  },
  argTypes: Object.fromEntries(
    ['items', 'delivery', 'capabilities', 'memory', 'uploads', 'states', 'over'].map((name) => [name, { table: { disable: true } }]),
  ),
  render: (scene, { globals }) => draw(scene, globals),
};

export default meta;

type Story = StoryObj<Scene>;

/** Waits for the options, which are loaded after the rest. */
const complete = async ({ canvasElement }: { canvasElement: HTMLElement }): Promise<void> => {
  const { find } = await writerIn(canvasElement);
  await find('#expiryDays, #password, details');
};

/** Everything that a backend may have can be asked for. This one is alive: "an" finds people. */
export const Empty: Story = { play: complete };

/** As it is opened by a button or by `<ferry-browser>`. */
export const Dialog: Story = { args: { inline: false, open: true, delivery: TO }, play: complete };

/** What is asked for seldom is folded away. */
export const MoreOptions: Story = {
  args: { delivery: TO },
  play: async ({ canvasElement }) => {
    const { find } = await writerIn(canvasElement);
    ((await find('details')) as HTMLDetailsElement).open = true;
  },
};

/** People who match what is typed. */
export const Suggestions: Story = {
  play: async ({ canvasElement }) => {
    const { element, find } = await writerIn(canvasElement);
    await complete({ canvasElement });
    const field = (await find('[role=combobox]')) as HTMLInputElement;
    field.focus();
    field.value = 'an';
    field.dispatchEvent(new Event('input'));
    await find('[role=option]');
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
    await element.updateComplete;
  },
};

/** A pasted list: some are no addresses, and most are folded. */
export const FiveHundred: Story = {
  args: {
    capabilities: BACKENDS.disk,
    delivery: {
      recipients: Array.from({ length: 500 }, (_, at) => ({ kind: 'email' as const, email: `person.${String(at + 1)}@example.org` })),
    },
  },
  play: complete,
};

/** What is no address is kept, to be corrected. */
export const WrongAddress: Story = {
  args: { capabilities: BACKENDS.disk },
  play: async ({ canvasElement }) => {
    const { find } = await writerIn(canvasElement);
    await complete({ canvasElement });
    const field = (await find('[role=combobox]')) as HTMLInputElement;
    field.value = 'Ann Lee <ann@example.org>, carl@example, 用户@例え.jp';
    field.dispatchEvent(new Event('input'));
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    await find('.problem');
  },
};

/** What is missing is said when somebody tries to send. */
export const Missing: Story = {
  args: { capabilities: BACKENDS.filesCom },
  play: async ({ canvasElement }) => {
    const { press, find } = await writerIn(canvasElement);
    await complete({ canvasElement });
    await press('Make a link');
    await find('.problem');
  },
};

/** What excludes itself is said at once. */
export const Outsiders: Story = {
  args: { capabilities: BACKENDS.fileGenius, delivery: { ...TO, requireLogin: true } },
  play: complete,
};

/** A password that was made can be read. */
export const Password: Story = {
  args: { capabilities: BACKENDS.disk, delivery: TO },
  play: async ({ canvasElement }) => {
    const { element, find, press } = await writerIn(canvasElement);
    await complete({ canvasElement });
    await press('Make a password');
    const field = (await find('#password')) as HTMLInputElement;
    // Another one every time would be another picture.
    field.value = 'hW7tkQ2mZr9xVbN4';
    field.dispatchEvent(new Event('input'));
    await element.updateComplete;
  },
};

/** A folder with links of our own, and mail. */
export const Disk: Story = { args: { capabilities: BACKENDS.disk }, play: complete };
/** A site with a strict policy. */
export const FilesCom: Story = { args: { capabilities: BACKENDS.filesCom }, play: complete };
/** Files go with the delivery. */
export const Filemail: Story = {
  args: {
    capabilities: BACKENDS.filemail,
    items: [],
    uploads: standing([
      { name: 'film.mov', size: 4.2e9 },
      { name: 'poster.png', size: 2.2e6 },
    ]),
  },
  play: complete,
};
export const Sendspace: Story = { args: { capabilities: BACKENDS.sendspace } };
export const SendspaceAnonymous: Story = { args: { capabilities: BACKENDS.sendspaceAnonymous } };
export const FileGenius: Story = { args: { capabilities: BACKENDS.fileGenius }, play: complete };
export const Tuyu: Story = { args: { capabilities: BACKENDS.tuyu }, play: complete };

/** Where nothing can be sent, that is said. */
export const Unsupported: Story = { args: { capabilities: { send: false } } };

/** There is nothing to send yet. */
export const Nothing: Story = { args: { items: [] }, play: complete };

/** Presses the button, and waits for what comes of it. */
const sendIt = async (canvas: HTMLElement, shows: string): Promise<Awaited<ReturnType<typeof writerIn>>> => {
  const person = await writerIn(canvas);
  await person.press('Send');
  await person.find(shows);
  return person;
};

/** The service is being asked. */
export const Sending: Story = {
  args: { capabilities: BACKENDS.sendspace, delivery: TO, memory: { delay: (call) => (call === 'send' ? 1e9 : 0) } },
  play: async ({ canvasElement }) => {
    await sendIt(canvasElement, 'ferry-progress');
  },
};

/** It could not be sent: everything that was written is there. */
export const Failed: Story = {
  args: {
    capabilities: BACKENDS.sendspace,
    delivery: TO,
    memory: { fail: (call) => (call === 'send' ? new BackendError('offline', 'The story has no connection.') : undefined) },
  },
  play: async ({ canvasElement }) => {
    await sendIt(canvasElement, '[part=notice]');
  },
};

/** Nobody knows whether it went out: the person decides. */
export const Unsure: Story = {
  args: {
    delivery: TO,
    memory: { fail: (call) => (call === 'send' ? new BackendError('unknown-outcome', 'The answer was lost.') : undefined) },
  },
  play: async ({ canvasElement }) => {
    await sendIt(canvasElement, '[part=question]');
  },
};

/** Everybody was reached. */
export const Sent: Story = {
  args: { delivery: TO },
  play: async ({ canvasElement }) => {
    await sendIt(canvasElement, '[part=outcome]');
  },
};

/** What became of each one, and no more than the service says. */
export const SentInPart: Story = {
  args: { delivery: TO, states: MIXED },
  play: async ({ canvasElement }) => {
    await sendIt(canvasElement, '[part=outcome]');
  },
};

/** The link as a code for the camera of a phone. */
export const Code: Story = {
  args: { inline: false, open: true },
  play: async ({ canvasElement }) => {
    const { press, find } = await writerIn(canvasElement);
    await press('Make a link');
    await press('QR code');
    await find('[part=code]');
  },
};

/** What can be changed afterwards. */
export const Changing: Story = {
  args: { delivery: TO },
  play: async ({ canvasElement }) => {
    const { press, find } = await sendIt(canvasElement, '[part=outcome]');
    await press('Change');
    await find('[part=deed]');
  },
};

/** To more people. */
export const Forwarding: Story = {
  args: { delivery: TO },
  play: async ({ canvasElement }) => {
    const { press, find } = await sendIt(canvasElement, '[part=outcome]');
    await press('Forward');
    await find('[part=deed]');
  },
};

/** The end of a link is asked about. */
export const Revoking: Story = {
  args: { delivery: TO },
  play: async ({ canvasElement }) => {
    const { press, find } = await sendIt(canvasElement, '[part=outcome]');
    await press('Revoke');
    await find('[part=deed]');
  },
};

/** Names with markup, long ones, and those that run the other way. */
export const Names: Story = {
  args: {
    items: [
      { id: '1', name: '<b>not bold</b>.txt', kind: 'file', size: 12, can: ['send'] },
      {
        id: '2',
        name: 'a name that is much longer than anybody would ever want to read in a single line of a form.docx',
        kind: 'file',
        size: 48_000,
        can: ['send'],
      },
      { id: '3', name: 'تقرير السنة.pdf', kind: 'file', size: 640_000, can: ['send'] },
      { id: '4', name: 'four', kind: 'file', can: ['send'] },
    ],
    delivery: {
      recipients: [
        PEOPLE[3]!,
        { kind: 'email', email: 'layla@example.org', name: 'ليلى حداد' },
        { kind: 'email', email: 'mark@example.org', name: '<i>Mark</i> & "Co"' },
        { kind: 'email', email: `${'very.'.repeat(11)}long@${'subdomain.'.repeat(5)}example.org` },
      ],
    },
  },
  play: async ({ canvasElement }) => {
    await complete({ canvasElement });
    await until(() => canvasElement.querySelector('ferry-send')?.shadowRoot?.querySelectorAll('.chip').length === 4);
  },
};
