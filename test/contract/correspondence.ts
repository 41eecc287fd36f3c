import { ok } from 'node:assert/strict';
import type { Delivery, FileRequest, Recipient } from '../../src/backend/delivery.js';
import type { Stage } from './stage.js';

/** Somebody, by address alone. */
export const ONE: Recipient = { kind: 'email', email: 'one@example.com' };
/** Somebody else, with a name. */
export const TWO: Recipient = { kind: 'email', email: 'two@example.com', name: 'Two' };
/** What may be said of a recipient when something was just sent: no more can be known at that moment. */
export const SAID = ['sent', 'accepted', 'dropped', 'unknown'];
/** What is no address, a header in disguise included. */
export const NO_ADDRESSES = ['', 'nobody', 'a@b\r\nBcc: c@example.com', 'two@example.com, three@example.com'];

/** All deliveries, from all pages. */
export async function everyDelivery({ backend }: Stage): Promise<Delivery[]> {
  return every(async (page) => {
    const { deliveries, ...rest } = await backend.deliveries(page);
    return { ...rest, entries: deliveries };
  });
}

/** All requests, from all pages. */
export async function everyRequest({ backend }: Stage): Promise<FileRequest[]> {
  return every(async (page) => {
    const { requests, ...rest } = await backend.requests(page);
    return { ...rest, entries: requests };
  });
}

/** All pages of a list. */
async function every<T>(list: (page: { cursor?: string }) => Promise<{ entries: T[]; cursor?: string }>): Promise<T[]> {
  const all: T[] = [];
  let page = await list({});
  for (all.push(...page.entries); page.cursor !== undefined; all.push(...page.entries)) {
    ok(all.length < 10_000, 'the list never ends');
    page = await list({ cursor: page.cursor });
  }
  return all;
}
