import type { FerryProvider as Element } from '../elements/provider.js';
import '../elements/provider.js';
import { component, type FerryComponent } from './component.js';

/** `<ferry-provider>` as a Vue component. */
export const FerryProvider: FerryComponent<Element> = component('ferry-provider');
