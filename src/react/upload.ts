import { createComponent, type ReactWebComponent } from '@lit/react';
import * as React from 'react';
import { FerryUpload as Element } from '../elements/upload.js';
import { event } from './event.js';

const events = {
  onFerryBeforeAdd: event('ferry-before-add'),
  onFerryRejected: event('ferry-rejected'),
  onFerryUploaded: event('ferry-uploaded'),
  onFerryFailed: event('ferry-failed'),
  onFerryCompleted: event('ferry-completed'),
  onFerrySent: event('ferry-sent'),
};

/** `<ferry-upload>` as a React component: `ferry-uploaded` is `onFerryUploaded`, and so on. */
export const FerryUpload: ReactWebComponent<Element, typeof events> = createComponent({
  react: React,
  tagName: 'ferry-upload',
  elementClass: Element,
  events,
});
