import { BackendError } from '../backend/errors.js';
import type { Json } from '../backend/item.js';
import type { Conflict, Ticket } from '../backend/upload.js';
import type { Sign } from './filegenius.signature.js';

/** An open upload: all that later calls need, as the service knows nothing of it. */
export interface Upload {
  id: string;
  /** The path of the folder that it goes to. */
  folder: string;
  name: string;
  size: number;
  conflict: Conflict;
  /** What the bytes are called when they arrive. */
  filename: string;
  /** Whether that is a name that nobody is shown until the upload is complete. */
  parked: boolean;
  /** Whether what has that name then is written over. */
  overwrite: boolean;
  /** What had that name before, or one that the site may take for it: numbers, dates and sizes. */
  before: string[];
}

const ORDER = ['id', 'folder', 'name', 'size', 'conflict', 'filename', 'parked', 'overwrite', 'before'] as const satisfies (keyof Upload)[];

/** Writes and reads tickets that nobody else can make. */
export interface Tickets {
  seal(upload: Upload): Promise<Ticket>;
  /** Rejects with `forbidden` what this backend did not give. */
  open(ticket: Ticket): Promise<Upload>;
}

/** Tickets of an account that carry a proof. It is signed with the service's key, over a text that no method's URL can be. */
export function createTickets(sign: Sign, accountOf: () => Promise<string>): Tickets {
  const proofOf = async (upload: Upload): Promise<string> =>
    sign(`ferrykit upload ${await accountOf()} ${JSON.stringify(ORDER.map((field) => upload[field]))}`);
  return {
    seal: async (upload) => ({ ...upload, proof: await proofOf(upload) }) satisfies Json,
    async open(ticket) {
      if (typeof ticket === 'object' && ticket !== null && !Array.isArray(ticket)) {
        const { proof, ...upload } = ticket;
        if (typeof proof === 'string' && proof === (await proofOf(upload as unknown as Upload))) return upload as unknown as Upload;
      }
      throw new BackendError('forbidden', 'This ticket is none that this backend gave.');
    },
  };
}
