import type { FerryBrowser as Element } from '../elements/browser.js';
import '../elements/browser.js';
import { component, type FerryComponent } from './component.js';

/** `<ferry-browser>` as a Vue component. */
export const FerryBrowser: FerryComponent<Element> = component('ferry-browser');
