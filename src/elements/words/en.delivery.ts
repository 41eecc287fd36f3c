import { en } from './en.js';

/** What is said of a delivery on its way, in English; as in en.ts. Loaded where one is followed. */
export const enDelivery = {
  'delivery-opening': 'Preparing…',
  'delivery-uploading': 'Uploading…',
  'delivery-sending': 'Sending…',
  'delivery-sent': 'Sent',
  'delivery-failed': 'Not sent: {reason}',
};

Object.assign(en, enDelivery);
