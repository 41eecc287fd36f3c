import type { Backend } from '../backend/backend.js';

/** A backend that sends by links of its own. Server side: the relay gives it the requests of those who open one. */
export interface LinkedBackend extends Backend {
  /** Answers a request below `<relay>/links/`: with a page or with bytes, for whoever has the link. `context` as in {@link Relay}. */
  visit(request: Request, context?: unknown): Promise<Response>;
}

/** Whether a backend sends by links. Such a one knows by itself which of its mails are out, and may be asked again under the same operation. */
export const isLinked = (backend: Backend): backend is LinkedBackend => 'visit' in backend;
