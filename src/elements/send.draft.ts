import type { SendCapability } from '../backend/capabilities.js';
import type { DeliveryDraft, Recipient } from '../backend/delivery.js';
import type { Ref } from '../backend/item.js';
import { newOperation } from './operation.js';

/** What a person can say of a delivery, besides what is sent and to whom. */
export type Wishes = Omit<DeliveryDraft, 'items' | 'recipients' | 'size' | 'delivery' | 'operation'>;

/** One of them, by its name. */
export type Option = keyof Wishes;

/** What each option needs of the backend. */
const NEEDS: Readonly<Record<Option, keyof SendCapability>> = {
  sender: 'sender',
  subject: 'subject',
  message: 'message',
  note: 'note',
  password: 'password',
  startDate: 'startDate',
  expiryDays: 'expiry',
  downloadReceipt: 'downloadReceipt',
  requireLogin: 'requireLogin',
  bcc: 'bcc',
  confirmation: 'confirmation',
  notify: 'notify',
  downloadLimit: 'downloadLimit',
  customFields: 'customFields',
};

/** Whether a backend has an option. */
export function has(send: SendCapability, option: Option): boolean {
  const need = send[NEEDS[option]];
  return Array.isArray(need) ? need.length > 0 : !!need;
}

/** Every option that a backend has. */
export const optionsOf = (send: SendCapability): Option[] => (Object.keys(NEEDS) as Option[]).filter((option) => has(send, option));

/** What a person writes, until it is sent. */
export class SendDraft {
  wishes: Wishes = {};
  /** The same over all tries, so that they have one effect. */
  operation = newOperation();

  /** Takes what a page wishes. */
  take(draft: Partial<DeliveryDraft>): void {
    this.wishes = Object.fromEntries(Object.entries(draft).filter(([option]) => option in NEEDS));
    if (draft.operation !== undefined) this.operation = draft.operation;
  }

  /** Starts another one. */
  clear(): void {
    this.wishes = {};
    this.operation = newOperation();
  }

  /** Notes a wish; what is empty is none. */
  set<Name extends Option>(option: Name, value: Wishes[Name]): void {
    const { ...wishes } = this.wishes;
    if (value === undefined || value === '') Reflect.deleteProperty(wishes, option);
    else wishes[option] = value;
    this.wishes = wishes;
  }

  /** What the backend is given: nothing that it does not have. */
  build(send: SendCapability, items: readonly Ref[], recipients: Recipient[]): DeliveryDraft {
    const had = Object.entries(this.wishes).filter(([option]) => has(send, option as Option));
    return { ...(Object.fromEntries(had) as Wishes), items: [...items], recipients, operation: this.operation };
  }
}
