import { h, type FunctionalComponent, type HTMLAttributes } from 'vue';
import type { FerryBrowser as Browser } from './elements/browser.js';
import './elements/browser.js';
import type { FerryEventMap } from './elements/events.js';
import type { FerryProgress as Progress } from './elements/progress.js';
import './elements/progress.js';
import type { FerryProvider as Provider } from './elements/provider.js';
import './elements/provider.js';
import type { FerryUpload as Upload } from './elements/upload.js';
import './elements/upload.js';

type Pascal<Name extends string> = Name extends `${infer First}-${infer Rest}` ? `${Capitalize<First>}${Pascal<Rest>}` : Capitalize<Name>;

/** `@ferry-uploaded` and so on, as Vue hands listeners on. */
type Listeners = { [Name in keyof FerryEventMap as `on${Pascal<Name>}`]?: (event: FerryEventMap[Name]) => void };

/** A custom element as Vue sees it: attributes, properties and listeners are props; a ref is the element. */
export type FerryComponent<Element extends HTMLElement> = FunctionalComponent<
  HTMLAttributes & Listeners & Partial<Omit<Element, keyof HTMLElement>>
>;

/** Vue needs no `isCustomElement` for these: the tag is made here, not in a template. */
const component = <Element extends HTMLElement>(tag: string): FerryComponent<Element> => {
  const render: FerryComponent<Element> = (_props, { attrs, slots }) => h(tag, attrs, slots['default']?.());
  render.displayName = tag;
  render.inheritAttrs = false;
  return render;
};

/** `<ferry-provider>` as a Vue component. */
export const FerryProvider: FerryComponent<Provider> = component('ferry-provider');

/** `<ferry-upload>` as a Vue component. */
export const FerryUpload: FerryComponent<Upload> = component('ferry-upload');

/** `<ferry-progress>` as a Vue component. */
export const FerryProgress: FerryComponent<Progress> = component('ferry-progress');

/** `<ferry-browser>` as a Vue component. */
export const FerryBrowser: FerryComponent<Browser> = component('ferry-browser');

declare module 'vue' {
  interface GlobalComponents {
    'ferry-provider': FerryComponent<Provider>;
    'ferry-upload': FerryComponent<Upload>;
    'ferry-progress': FerryComponent<Progress>;
    'ferry-browser': FerryComponent<Browser>;
  }
}
