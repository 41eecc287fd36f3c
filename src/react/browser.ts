import { createComponent, type ReactWebComponent } from '@lit/react';
import * as React from 'react';
import { FerryBrowser as Element } from '../elements/browser.js';
import { event } from './event.js';

const events = {
  onFerrySelected: event('ferry-selected'),
  onFerryOpened: event('ferry-opened'),
  onFerryBeforeOpen: event('ferry-before-open'),
  onFerryBeforeRemove: event('ferry-before-remove'),
  onFerryBeforeSend: event('ferry-before-send'),
  onFerryBeforeAdd: event('ferry-before-add'),
  onFerryRejected: event('ferry-rejected'),
};

/** `<ferry-browser>` as a React component: `ferry-selected` is `onFerrySelected`, and so on. */
export const FerryBrowser: ReactWebComponent<Element, typeof events> = createComponent({
  react: React,
  tagName: 'ferry-browser',
  elementClass: Element,
  events,
});
