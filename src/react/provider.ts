import { createComponent, type ReactWebComponent } from '@lit/react';
import * as React from 'react';
import { FerryProvider as Element } from '../elements/provider.js';

/** `<ferry-provider>` as a React component: attributes and properties are props; a ref is the element. */
export const FerryProvider: ReactWebComponent<Element> = createComponent({
  react: React,
  tagName: 'ferry-provider',
  elementClass: Element,
});
