import type { FerryUpload as Element } from '../elements/upload.js';
import '../elements/upload.js';
import { component, type FerryComponent } from './component.js';

/** `<ferry-upload>` as a Vue component. */
export const FerryUpload: FerryComponent<Element> = component('ferry-upload');
