import { createComponent, type ReactWebComponent } from '@lit/react';
import * as React from 'react';
import { FerryProgress as Element } from '../elements/progress.js';

/** `<ferry-progress>` as a React component. */
export const FerryProgress: ReactWebComponent<Element> = createComponent({
  react: React,
  tagName: 'ferry-progress',
  elementClass: Element,
});
