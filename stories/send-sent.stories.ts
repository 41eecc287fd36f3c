import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html } from 'lit';
import type { Backend } from '../src/backend/backend.js';
import type { Delivery } from '../src/backend/delivery.js';
import { BackendError } from '../src/backend/errors.js';
import '../src/elements/send.js';
import { backend, DAY } from './scenes.js';
import { LATER, MIXED, PEOPLE, writerIn } from './send.scenes.js';

interface Scene {
  inline: boolean;
  open: boolean;
  deliveries: Delivery[];
  /** How the list comes. */
  comes: 'at once' | 'never' | 'not';
  more: boolean;
}

const DAYS = 86_400_000;

const link = 'https://files.example.org/d/Jm4x-9tQw2hVz7RkYp1LbA';
const reached = PEOPLE.map((recipient) => ({ recipient, state: 'sent' as const }));

const DELIVERIES: Delivery[] = [
  {
    id: '1',
    subject: 'Plans for the harbour',
    message: 'As promised.',
    created: DAY,
    expires: LATER,
    link,
    downloads: 3,
    recipients: MIXED,
    items: [
      { id: '11', name: 'harbour plan.pdf', kind: 'file', size: 1.4e6, can: [] },
      { id: '12', name: 'Photos', kind: 'folder', can: [] },
    ],
    can: ['forward', 'change', 'revoke'],
  },
  { id: '2', subject: 'Minutes of the meeting in May', created: DAY - DAYS, link, downloads: 12, recipients: reached, can: ['revoke'] },
  {
    id: '3',
    created: DAY - 3 * DAYS,
    link,
    recipients: [],
    items: [{ id: '31', name: 'صور الميناء النهائية.zip', kind: 'file', size: 640e6, can: [] }],
    can: ['forward', 'change', 'revoke'],
  },
  { id: '4', subject: 'Old figures', created: DAY - 90 * DAYS, expires: DAY, link, recipients: reached.slice(0, 1), can: ['change'] },
  { id: '5', subject: 'Sent to the wrong people', created: DAY - 91 * DAYS, revoked: true, recipients: reached.slice(0, 2), can: [] },
  {
    id: '6',
    subject: 'A subject that somebody wrote without ever having looked at how long subjects are when they are read on a telephone',
    created: DAY - 120 * DAYS,
    recipients: reached.slice(3),
    can: [],
  },
];

/** A backend by which these were sent. */
function whichSent(globals: { connection?: string }, { deliveries, comes, more }: Scene): Backend {
  return {
    ...backend(globals),
    deliveries: () => {
      if (comes === 'never') return new Promise(() => undefined);
      if (comes === 'not') return Promise.reject(new BackendError('offline', 'The story has no connection.'));
      return Promise.resolve({ deliveries, ...(more && { cursor: 'more' }) });
    },
    delivery: ({ id }) => Promise.resolve(deliveries.find((one) => one.id === id)!),
  };
}

const meta: Meta<Scene> = {
  title: 'ferry-send sent',
  component: 'ferry-send',
  args: { inline: true, open: false, deliveries: DELIVERIES, comes: 'at once', more: false },
  argTypes: { deliveries: { table: { disable: true } }, comes: { table: { disable: true } }, more: { table: { disable: true } } },
  render: (scene, { globals }) =>
    html`<ferry-send .backend=${whichSent(globals, scene)} ?inline=${scene.inline} ?open=${scene.open}></ferry-send>`,
};

export default meta;

type Story = StoryObj<Scene>;

/** Goes to what was sent, and waits until that is seen; opens one of it by its place. */
const look =
  (seen: string, opened?: number): NonNullable<Story['play']> =>
  async ({ canvasElement }) => {
    const { element, find } = await writerIn(canvasElement);
    await element.showSent();
    if (opened !== undefined) (await find(`.rows li:nth-child(${String(opened)}) .row`)).click();
    await find(seen);
  };

/** The newest first: what it was, to whom it went, and what has become of it. */
export const List: Story = { play: look('.row') };

/** In a dialog, with more to come. */
export const Dialog: Story = { args: { inline: false, open: true, more: true }, play: look('.row') };

/** Nothing was sent yet. */
export const Empty: Story = { args: { deliveries: [] }, play: look('.none') };

/** The list is on its way. */
export const Loading: Story = { args: { comes: 'never' }, play: look('.under-way') };

/** It cannot be had. */
export const Failed: Story = { args: { comes: 'not' }, play: look('.problem') };

/** One of them: who got it and who did not, its link, and what can still be done. */
export const Opened: Story = { play: look('.outcome', 1) };

/** Sent by link alone. */
export const ByLink: Story = { play: look('.outcome', 3) };

/** It has expired, and can be given more time. */
export const Over: Story = { play: look('.outcome', 4) };

/** It was revoked: nothing more can be done. */
export const Revoked: Story = { play: look('.outcome', 5) };
