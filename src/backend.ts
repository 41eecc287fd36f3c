// The contract and the relay's client, without an element: what an app with a bundler imports beside ferrykit/react or ferrykit/vue.
export type * from './backend/backend.js';
export { defineBackend } from './backend/backend.js';
export type * from './backend/capabilities.js';
export type * from './backend/delivery.js';
export type { ErrorCode, ErrorInfo } from './backend/errors.js';
export { BackendError, isBackendError } from './backend/errors.js';
export type * from './backend/item.js';
export { ROOT } from './backend/item.js';
export type * from './backend/upload.js';
export { relayBackend, type RelayBackendOptions } from './relay/client.js';
