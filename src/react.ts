// Each component is a module of its own, so that a bundler leaves out the elements that an app does not use.
export { FerryBrowser } from './react/browser.js';
export { FerryProgress } from './react/progress.js';
export { FerryProvider } from './react/provider.js';
export { FerrySend } from './react/send.js';
export { FerryUpload } from './react/upload.js';
