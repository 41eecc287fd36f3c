import { createComponent, type EventName, type ReactWebComponent } from '@lit/react';
import * as React from 'react';
import { FerryBrowser as Browser } from './elements/browser.js';
import type { FerryEventMap } from './elements/events.js';
import { FerryProgress as Progress } from './elements/progress.js';
import { FerryProvider as Provider } from './elements/provider.js';
import { FerryUpload as Upload } from './elements/upload.js';

const event = <Name extends keyof FerryEventMap>(name: Name): EventName<FerryEventMap[Name]> => name as EventName<FerryEventMap[Name]>;

const uploadEvents = {
  onFerryBeforeAdd: event('ferry-before-add'),
  onFerryRejected: event('ferry-rejected'),
  onFerryUploaded: event('ferry-uploaded'),
  onFerryFailed: event('ferry-failed'),
  onFerryCompleted: event('ferry-completed'),
};

const browserEvents = {
  onFerrySelected: event('ferry-selected'),
  onFerryOpened: event('ferry-opened'),
  onFerryBeforeOpen: event('ferry-before-open'),
  onFerryBeforeRemove: event('ferry-before-remove'),
  onFerryBeforeSend: event('ferry-before-send'),
  onFerryBeforeAdd: event('ferry-before-add'),
  onFerryRejected: event('ferry-rejected'),
};

/** `<ferry-provider>` as a React component: attributes and properties are props; a ref is the element. */
export const FerryProvider: ReactWebComponent<Provider> = createComponent({
  react: React,
  tagName: 'ferry-provider',
  elementClass: Provider,
});

/** `<ferry-upload>` as a React component: `ferry-uploaded` is `onFerryUploaded`, and so on. */
export const FerryUpload: ReactWebComponent<Upload, typeof uploadEvents> = createComponent({
  react: React,
  tagName: 'ferry-upload',
  elementClass: Upload,
  events: uploadEvents,
});

/** `<ferry-progress>` as a React component. */
export const FerryProgress: ReactWebComponent<Progress> = createComponent({
  react: React,
  tagName: 'ferry-progress',
  elementClass: Progress,
});

/** `<ferry-browser>` as a React component: `ferry-selected` is `onFerrySelected`, and so on. */
export const FerryBrowser: ReactWebComponent<Browser, typeof browserEvents> = createComponent({
  react: React,
  tagName: 'ferry-browser',
  elementClass: Browser,
  events: browserEvents,
});
