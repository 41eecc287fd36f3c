import type { FerrySend as Element } from '../elements/send.js';
import '../elements/send.js';
import { component, type FerryComponent } from './component.js';

/** `<ferry-send>` as a Vue component. */
export const FerrySend: FerryComponent<Element> = component('ferry-send');
