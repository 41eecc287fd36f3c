export { disk, sweepDisk, type DiskOptions } from './adapters/disk.js';
export {
  filesCom,
  login as filesComLogin,
  logout as filesComLogout,
  type FilesComCredentials,
  type FilesComLogin,
  type FilesComOptions,
} from './adapters/files-com.js';
export { fileGenius, type FileGeniusOptions } from './adapters/filegenius.js';
export {
  filemail,
  signIn as filemailSignIn,
  signOut as filemailSignOut,
  type FilemailField,
  type FilemailInbox,
  type FilemailOptions,
  type FilemailPlace,
  type FilemailTokens,
  type FilemailUser,
} from './adapters/filemail.js';
export { memory, type MemoryOptions } from './adapters/memory.js';
export { checkS3, s3, s3Store, sweepS3, type S3Credentials, type S3Options, type S3Place, type S3StoreOptions } from './adapters/s3.js';
export {
  register as sendspaceRegister,
  sendspace,
  signIn as sendspaceSignIn,
  signOut as sendspaceSignOut,
  type SendspaceForm,
  type SendspaceOptions,
  type SendspacePlace,
  type SendspaceSession,
  type SendspaceUser,
} from './adapters/sendspace.js';
export type * from './backend/backend.js';
export { defineBackend } from './backend/backend.js';
export type { Caller } from './backend/caller.js';
export type * from './backend/capabilities.js';
export type * from './backend/delivery.js';
export type { ErrorCode, ErrorInfo } from './backend/errors.js';
export { BackendError, isBackendError } from './backend/errors.js';
export type * from './backend/item.js';
export { ROOT } from './backend/item.js';
export type * from './backend/store.js';
export type * from './backend/upload.js';
export {
  tokenAuthorize,
  type Asked,
  type Authorize,
  type Grant,
  type Limits,
  type TokenClaims,
  type TokenOptions,
} from './relay/authorize.js';
export type { Forward, ForwardAnswer, ForwardRequest } from './relay/forward.js';
export type { LinkedBackend } from './relay/linked.js';
export { withLinks, type LinkOptions } from './relay/links.js';
export { linkOwner, linkVisitor, type VisitorOptions } from './relay/links.visitor.js';
export type { Mailbox, MailMessage, MailOptions, MailTransport } from './relay/mail.js';
export type { CompletedTold, Hooks, RemovedTold, SentTold, Told, UploadTold } from './relay/outbox.js';
export { verifyItems, type Expected, type VerifiedItem } from './relay/receipt.js';
export type { Bearer } from './relay/seal.js';
export { relay, type Backends, type Relay, type RelayOptions, type Who } from './relay/server.js';
export { serve, type ServeOptions, type Serving } from './relay/serve.js';
export { smtp, type SmtpOptions } from './relay/smtp.js';
export { diskStore, memoryStore } from './relay/store.js';
