import type { FerryProgress as Element } from '../elements/progress.js';
import '../elements/progress.js';
import { component, type FerryComponent } from './component.js';

/** `<ferry-progress>` as a Vue component. */
export const FerryProgress: FerryComponent<Element> = component('ferry-progress');
