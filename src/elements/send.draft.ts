import type { SendCapability } from '../backend/capabilities.js';
import type { DeliveryDraft, Recipient } from '../backend/delivery.js';
import type { Ref } from '../backend/item.js';
import { OPTION_NEEDS } from '../uploads/queue.js';
import { newOperation } from './operation.js';

/** What a person can say of a delivery, besides what is sent and to whom. */
export type Wishes = Omit<DeliveryDraft, 'items' | 'recipients' | 'size' | 'delivery' | 'operation'>;

/** One of them, by its name. */
export type Option = keyof Wishes;

/** Options that are either wished or not. */
const CHOICES = ['downloadReceipt', 'requireLogin', 'bcc', 'confirmation', 'notify'] as const;

/** Whether a backend has an option. */
export function has(send: SendCapability, option: Option): boolean {
  const need = send[OPTION_NEEDS[option]];
  return Array.isArray(need) ? need.length > 0 : !!need;
}

/** Every option that a backend has. */
export const optionsOf = (send: SendCapability): Option[] => (Object.keys(OPTION_NEEDS) as Option[]).filter((option) => has(send, option));

/** What a person writes, until it is sent. */
export class SendDraft {
  wishes: Wishes = {};
  /** The same over all tries, so that they have one effect. */
  operation = newOperation();
  /** The password can be read. */
  shown = false;
  /** The days are another number than those that are offered. */
  otherDays = false;

  /** Takes what a page wishes. */
  take(draft: Partial<DeliveryDraft>): void {
    this.wishes = Object.fromEntries(Object.entries(draft).filter(([option]) => option in OPTION_NEEDS));
    if (draft.operation !== undefined) this.operation = draft.operation;
  }

  /** Starts another one. */
  clear(): void {
    this.wishes = {};
    this.shown = this.otherDays = false;
    this.operation = newOperation();
  }

  /** Notes a wish; what is empty is none. */
  set<Name extends Option>(option: Name, value: Wishes[Name]): void {
    const { ...wishes } = this.wishes;
    if (value === undefined || value === '') Reflect.deleteProperty(wishes, option);
    else wishes[option] = value;
    this.wishes = wishes;
  }

  /** What the backend is given: nothing that it does not have, and what it demands or does anyway, as the form shows it. */
  build(send: SendCapability, items: readonly Ref[], recipients: Recipient[]): DeliveryDraft {
    const wishes: Wishes = {
      ...(send.expiry && { expiryDays: send.expiry.default }),
      ...Object.fromEntries(Object.entries(this.wishes).filter(([option]) => has(send, option as Option))),
    };
    for (const option of CHOICES) if (send.required.includes(option)) wishes[option] = true;
    return { ...wishes, items: [...items], recipients, operation: this.operation };
  }
}
