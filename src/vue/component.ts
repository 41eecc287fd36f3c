import { h, type FunctionalComponent, type HTMLAttributes } from 'vue';
import type { FerryEventMap } from '../elements/events.js';

type Pascal<Name extends string> = Name extends `${infer First}-${infer Rest}` ? `${Capitalize<First>}${Pascal<Rest>}` : Capitalize<Name>;

/** `@ferry-uploaded` and so on, as Vue hands listeners on. */
type Listeners = { [Name in keyof FerryEventMap as `on${Pascal<Name>}`]?: (event: FerryEventMap[Name]) => void };

/** A custom element as Vue sees it: attributes, properties and listeners are props; a ref is the element. */
export type FerryComponent<Element extends HTMLElement> = FunctionalComponent<
  HTMLAttributes & Listeners & Partial<Omit<Element, keyof HTMLElement>>
>;

/** Vue needs no `isCustomElement` for these: the tag is made here, not in a template. */
export const component = <Element extends HTMLElement>(tag: string): FerryComponent<Element> => {
  const render: FerryComponent<Element> = (_props, { attrs, slots }) => h(tag, attrs, slots['default']?.());
  render.displayName = tag;
  render.inheritAttrs = false;
  return render;
};
