// Each component is a module of its own, so that a bundler leaves out the elements that an app does not use.
import type { FerryBrowser as Browser } from './elements/browser.js';
import type { FerryProgress as Progress } from './elements/progress.js';
import type { FerryProvider as Provider } from './elements/provider.js';
import type { FerrySend as Send } from './elements/send.js';
import type { FerryUpload as Upload } from './elements/upload.js';
import type { FerryComponent } from './vue/component.js';

export type { FerryComponent };
export { FerryBrowser } from './vue/browser.js';
export { FerryProgress } from './vue/progress.js';
export { FerryProvider } from './vue/provider.js';
export { FerrySend } from './vue/send.js';
export { FerryUpload } from './vue/upload.js';

declare module 'vue' {
  interface GlobalComponents {
    'ferry-provider': FerryComponent<Provider>;
    'ferry-upload': FerryComponent<Upload>;
    'ferry-progress': FerryComponent<Progress>;
    'ferry-browser': FerryComponent<Browser>;
    'ferry-send': FerryComponent<Send>;
  }
}
