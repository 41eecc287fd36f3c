import { createComponent, type ReactWebComponent } from '@lit/react';
import * as React from 'react';
import { FerrySend as Element } from '../elements/send.js';
import { event } from './event.js';

const events = {
  onFerryBeforeSend: event('ferry-before-send'),
  onFerrySent: event('ferry-sent'),
  onFerryRequested: event('ferry-requested'),
};

/** `<ferry-send>` as a React component: `ferry-sent` is `onFerrySent`, and so on. */
export const FerrySend: ReactWebComponent<Element, typeof events> = createComponent({
  react: React,
  tagName: 'ferry-send',
  elementClass: Element,
  events,
});
