import type { CapabilityOverrides } from '../src/adapters/memory.js';
import type { Delivery, DeliveryDraft, Recipient, RecipientState } from '../src/backend/delivery.js';
import type { Backend } from '../src/backend/backend.js';
import type { FerrySend } from '../src/elements/send.js';
import { until } from './browser.scenes.js';
import { DAY } from './scenes.js';

/** A day that no picture comes after. */
export const LATER = Date.UTC(2099, 0, 31, 12);

/** People that a service knows. */
export const PEOPLE: Recipient[] = [
  { kind: 'user', id: 'u1', name: 'Ann Lee', email: 'ann@example.org' },
  { kind: 'user', id: 'u2', name: 'Anton Berg', email: 'anton.berg@example.org' },
  { kind: 'group', id: 'g1', name: 'Antwerp office' },
  { kind: 'contact', id: 'c1', name: 'Antonia de la Fuente y Castellanos-Montenegro', email: 'antonia.de.la.fuente@correo.example.org' },
];

/** Everything off that can be asked of a delivery. */
const PLAIN = {
  when: ['after-upload' as const],
  sender: false,
  subject: false as const,
  message: true,
  note: false,
  password: false,
  startDate: false,
  expiry: false as const,
  downloadReceipt: false,
  requireLogin: false,
  bcc: false,
  confirmation: false,
  notify: false,
  downloadLimit: false,
};

/** What each backend can be asked for, as its adapter says it: the memory backend plays all of them. */
export const BACKENDS = {
  disk: {
    recipients: true,
    contacts: { add: true, update: true, remove: true },
    send: {
      ...PLAIN,
      sender: true,
      subject: { maxLength: 200 },
      password: true,
      expiry: { days: [1, 7, 30, 90], default: 30, max: 365, never: true },
      downloadReceipt: true,
      downloadLimit: true,
      maxRecipients: 500,
    },
  },
  filesCom: {
    contacts: false,
    send: {
      ...PLAIN,
      note: true,
      password: true,
      startDate: true,
      expiry: { days: [1, 3, 7, 14, 30], default: 30, max: 30, never: false },
      requireLogin: true,
      downloadLimit: true,
      required: ['password', 'note', 'expiryDays'],
    },
  },
  filemail: {
    contacts: false,
    send: {
      ...PLAIN,
      when: ['around-upload'],
      unit: 'delivery',
      subject: { maxLength: 200 },
      password: true,
      expiry: { days: [1, 3, 7, 14, 30, 90, 365], default: 7, max: 3650, never: true },
      confirmation: true,
      notify: true,
      customFields: [
        { id: 'project', label: 'Project number', required: true },
        { id: 'cost', label: 'Cost centre', required: false },
      ],
      required: ['subject'],
      maxRecipients: 1000,
    },
  },
  sendspace: { send: PLAIN },
  sendspaceAnonymous: { recipients: false, contacts: false, check: false, send: PLAIN },
  fileGenius: {
    contacts: false,
    send: {
      ...PLAIN,
      subject: { maxLength: 200 },
      expiry: { days: [1, 3, 7, 14], default: 14, max: 14, never: true },
      downloadReceipt: true,
      requireLogin: true,
      bcc: true,
      link: true,
    },
  },
  tuyu: {
    contacts: false,
    send: {
      ...PLAIN,
      subject: { maxLength: 200 },
      expiry: { days: [1, 3, 7, 14], default: 14, max: 14, never: true },
      downloadReceipt: true,
      requireLogin: true,
      link: false,
    },
  },
} satisfies Record<string, CapabilityOverrides>;

/** A delivery in which everything happens that can happen to recipients. */
export const MIXED: RecipientState[] = [
  { recipient: PEOPLE[0]!, state: 'sent' },
  { recipient: PEOPLE[3]!, state: 'downloaded' },
  {
    recipient: { kind: 'email', email: 'bo@example.org' },
    state: 'dropped',
    reason: 'The server of example.org does not answer.',
    retryable: true,
  },
  { recipient: PEOPLE[2]!, state: 'accepted' },
  { recipient: { kind: 'email', email: 'carl@example.org' }, state: 'unknown' },
  { recipient: { kind: 'email', email: 'dora@example.org' }, state: 'bounced', reason: '550 No such user' },
];

/** A backend whose deliveries end in these states, with a link as services have it and a day that never changes. */
export function told(backend: Backend, states: RecipientState[] | undefined, over: Partial<Delivery> = {}): Backend {
  const dress = (delivery: Delivery): Delivery => ({
    ...delivery,
    link: 'https://files.example.org/d/Jm4x-9tQw2hVz7RkYp1LbA',
    created: DAY,
    ...(delivery.expires && { expires: LATER }),
    ...(states && { recipients: states }),
    ...(states?.some(({ retryable }) => retryable) && { can: [...delivery.can, 'retry'] }),
    ...over,
  });
  return { ...backend, send: async (draft: DeliveryDraft, ...rest) => dress(await backend.send(draft, ...rest)) };
}

/** Waits until the element of a story can be written in, and takes hold of it. */
export async function writerIn(
  canvas: HTMLElement,
): Promise<{ element: FerrySend; find: (selector: string) => Promise<HTMLElement>; press: (words: string) => Promise<void> }> {
  const element = canvas.querySelector('ferry-send')!;
  const all = (selector: string): HTMLElement[] => [...(element.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? [])];
  const find = async (selector: string): Promise<HTMLElement> => {
    await until(() => all(selector)[0]);
    return all(selector)[0]!;
  };
  await find('.fields, .problem');
  // What the service can be asked for besides comes a little later.
  await element.updateComplete;
  return {
    element,
    find,
    press: async (words) => {
      const isIt = (button: HTMLElement): boolean =>
        (button.ariaLabel ?? button.textContent).replace(/[\u2068\u2069]/g, '').trim() === words;
      await until(() => all('button').some(isIt));
      all('button').find(isIt)!.click();
      await element.updateComplete;
    },
  };
}
