import { openFilesCom } from '../../stories/demo/backends.js';
import type { Backend } from '../../src/backend/backend.js';
import type { ServeOptions } from '../../src/relay/serve.js';
import { startCatcher } from '../tools/smtp.js';
import { rows as services, type Sent } from './services.rows.js';

/** What sends, as the test sees it behind the demo's page. */
export interface Sending {
  /** Absent for the folder of the site itself. */
  backend?: Backend;
  /** What the site needs besides. */
  site?: ServeOptions;
  mails(): Sent[];
  close(): Promise<void>;
}

/** One of the backends that `<ferry-send>` is tried on. */
export interface Row {
  name: string;
  label: string;
  /** The delivery comes before its files. */
  around?: boolean;
  /** Nothing can be listed: what was uploaded is sent. */
  blind?: boolean;
  /** Who sends has to say who that is. */
  sender?: string;
  /** What the service does not tell in its mails. */
  untold?: readonly ('message' | 'leadsTo')[];
  open(): Promise<Sending>;
}

const disk: Row = {
  name: 'disk',
  label: 'A folder on this machine',
  // Its mails name the files in their text.
  untold: ['leadsTo'],
  open: async () => {
    const catcher = await startCatcher();
    return {
      site: { mail: { smtp: catcher.url, from: 'Ferrykit <demo@example.com>' } },
      mails: () => catcher.mails.map(({ recipient, subject, text }) => ({ to: [recipient], subject, message: text, leadsTo: [] })),
      close: () => catcher.close(),
    };
  },
};

const filesCom: Row = {
  name: 'files-com',
  label: 'Files.com',
  untold: ['leadsTo'],
  open: async () => {
    const { backend, service } = await openFilesCom();
    return {
      backend,
      mails: () => service.state.mails.map(({ to, subject, note }) => ({ to: [to], subject, message: note, leadsTo: [] })),
      close: () => service.close(),
    };
  },
};

/** Every backend of the demo. */
export const rows: readonly Row[] = [
  disk,
  filesCom,
  ...services.map(({ name, label, apart, blind, draft, ...row }): Row => ({
    name,
    label,
    ...(apart && { around: true }),
    ...(blind && { blind }),
    ...(draft && { sender: draft.sender }),
    open: () => row.open(),
  })),
];
