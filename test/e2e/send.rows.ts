import { openFilesCom } from '../../stories/demo/backends.js';
import type { Backend } from '../../src/backend/backend.js';
import type { ServeOptions } from '../../src/relay/serve.js';
import { startCatcher } from '../tools/smtp.js';
import { ofFileGenius, ofFilemail, ofFilesCom, ofLinks, ofSendspace, type RecipientPages } from './send.recipients.js';
import { daysUntil, rows as services, type Kept, type Sent } from './services.rows.js';

/** What sends, as the test sees it behind the demo's page. */
export interface Sending {
  /** Absent for the folder of the site itself. */
  backend?: Backend;
  /** What the site needs besides. */
  site?: ServeOptions;
  mails(): Sent[];
  /** What the service keeps of the terms; absent where nothing but its pages tells. */
  kept?(): Kept;
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
  pages: RecipientPages;
  open(): Promise<Sending>;
}

const disk: Row = {
  name: 'disk',
  label: 'A folder on this machine',
  // Its mails name the files in their text.
  untold: ['leadsTo'],
  pages: ofLinks,
  open: async () => {
    const catcher = await startCatcher();
    return {
      site: { mail: { smtp: catcher.url, from: 'Ferrykit <demo@example.com>' } },
      mails: () =>
        catcher.mails.map(({ recipient, subject, text }) => ({
          to: [recipient],
          subject,
          message: text,
          leadsTo: [],
          links: /http:\/\/\S+/.exec(text) ?? [],
        })),
      close: () => catcher.close(),
    };
  },
};

const filesCom: Row = {
  name: 'files-com',
  label: 'Files.com',
  untold: ['leadsTo'],
  pages: ofFilesCom,
  open: async () => {
    const { backend, service } = await openFilesCom();
    return {
      backend,
      mails: () =>
        service.state.mails.map(({ to, subject, note, url }) => ({ to: [to], subject, message: note, leadsTo: [], links: [url] })),
      kept: () => {
        const bundle = [...service.state.bundles.values()].at(-1);
        return { password: bundle?.password ?? '', days: daysUntil(bundle?.expiresAt), limit: bundle?.maxUses ?? Infinity };
      },
      close: () => service.close(),
    };
  },
};

const PAGES: Readonly<Record<string, RecipientPages>> = { filemail: ofFilemail, filegenius: ofFileGenius, tuyu: ofFileGenius };

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
    pages: PAGES[name] ?? ofSendspace,
    open: () => row.open(),
  })),
];
