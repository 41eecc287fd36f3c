import { BackendError } from '../backend/errors.js';
import { type Reply, replyOf } from './sendspace.answers.js';
import { faultError } from './sendspace.errors.js';
import { createService } from './request.js';

/** Where sendspace is, and the key to its API. */
export interface SendspacePlace {
  apiKey: string;
  /** `https://api.sendspace.com/rest/` unless told otherwise; accounts that may not use HTTPS need the plain one. */
  baseUrl?: string | undefined;
  /** The website, where anonymous files are shown and deleted: `https://www.sendspace.com` unless told otherwise. */
  website?: string | undefined;
  /** What the service notes as the program that asked. */
  application?: string | undefined;
  fetch?: typeof fetch | undefined;
}

/** Calls a method. `isMixed`: an answer that says that something failed is an answer too, as other things may have been done. */
export type CallSendspace = (
  method: string,
  values: Record<string, string | undefined>,
  how: { deed: string; signal?: AbortSignal | undefined; isMixed?: boolean },
) => Promise<Reply>;

const HOME = 'https://api.sendspace.com/rest/';

/** The version of the API that accounts use; methods for nobody are documented with 1.0. */
export const VERSION = { account: '1.2', anonymous: '1.0' };

/** A form as its own type of body: the only one that clients in use POST to this API. Secrets stay out of URLs with it. */
function formOf(fields: [string, string][]): { text: string; type: string } {
  const boundary = `ferrykit-${crypto.randomUUID()}`;
  const parts = fields.map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  return { text: `${parts.join('')}--${boundary}--\r\n`, type: `multipart/form-data; boundary=${boundary}` };
}

/** A way to call the API's methods. */
export function createSendspaceService({ baseUrl = HOME, fetch }: SendspacePlace): CallSendspace {
  const service = createService({ name: 'sendspace', fetch });
  return async (method, values, { deed, signal, isMixed = false }) => {
    const all: Record<string, string | undefined> = { method, ...values };
    const fields = Object.entries(all).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
    const reply = replyOf((await service({ deed, url: baseUrl, body: formOf(fields), signal })).text, deed);
    const [fault] = reply.faults;
    if (reply.isOk || (isMixed && fault)) return reply;
    throw fault ? faultError(deed, fault) : new BackendError('server', `${deed} failed: sendspace did not say why.`);
  };
}
